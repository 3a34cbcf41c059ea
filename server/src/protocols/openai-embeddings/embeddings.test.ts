import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/json.ts';
import { usage } from '../../kernel/usage.ts';
import { openaiEmbeddingsClient } from './client.ts';
import { openaiEmbeddingsUpstream } from './upstream.ts';
import { decodeVector, encodeVector } from './vector-base64.ts';

const context = { model: 'up', quirks: {}, clientHeaders: {} };

function decode(fields: JsonObject) {
  const json = { model: 'm', ...fields };
  return openaiEmbeddingsClient.decode(Buffer.from(JSON.stringify(json)), json);
}

describe('an embeddings request', () => {
  it.each<[JsonObject['input'], unknown, number]>([
    ['abc', ['abc'], 3],
    [['a', 'bc'], ['a', 'bc'], 3],
    [[1, 2], [[1, 2]], 8],
    [[[1], [2, 3]], [[1], [2, 3]], 12],
  ])('takes the input %o', (input, inputs, characters) => {
    const request = decode({ input, dimensions: 8, user: 'ann', encoding_format: 'base64', truncate: true });
    expect(request).toMatchObject({ model: 'm', user: 'ann', inputCharacters: characters });
    expect(request.embedding()).toEqual({
      model: 'm',
      inputs,
      dimensions: 8,
      user: 'ann',
      extensions: { truncate: true },
    });
  });

  it.each<[string, JsonObject]>([
    ['input', {}],
    ['input', { input: [] }],
    ['input[1]', { input: ['a', 7] }],
    ['input[1]', { input: [1, 'a'] }],
    ['input[0][0]', { input: [[1.5]] }],
    ['dimensions', { input: 'a', dimensions: 0 }],
    ['encoding_format', { input: 'a', encoding_format: 'hex' }],
    ['model', { input: 'a', model: null }],
  ])('is refused and %s named', (param, fields) => {
    expect(() => decode(fields)).toThrow(expect.objectContaining({ code: 'request.invalid', param }));
  });

  it('goes to a provider of the same wire byte for byte but for the model', () => {
    const text = '{ "input" : ["\\u00e9"], "model":"m" }';
    const request = openaiEmbeddingsClient.decode(Buffer.from(text), JSON.parse(text));
    expect(openaiEmbeddingsUpstream.forward?.(request, context).body.toString()).toBe(text.replace('"m"', '"up"'));
  });

  it('can be written anew', () => {
    const { body } = openaiEmbeddingsUpstream.encode(decode({ input: [[1, 2]], dimensions: 8 }).embedding(), context);
    expect(JSON.parse(body.toString())).toEqual({ model: 'up', input: [[1, 2]], dimensions: 8 });
  });
});

describe('an embeddings reply', () => {
  const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });

  it('keeps every float32 through base64', () => {
    fc.assert(
      fc.property(floats, (vector) => {
        expect(decodeVector(encodeVector(vector))).toEqual(vector);
      }),
    );
    expect(encodeVector([1])).toBe('AACAPw==');
  });

  it.each(['float', 'base64'])('survives encoding and decoding as %s', (encoding_format) => {
    const request = decode({ input: ['a', 'b'], encoding_format });
    const reply = {
      model: 'm',
      vectors: [
        [0.5, -1],
        [2, 0],
      ],
      usage: usage({ input: 4 }),
    };
    const json = openaiEmbeddingsClient.encodeReply(reply, request);
    expect(openaiEmbeddingsUpstream.decodeReply(json, request.embedding())).toEqual(reply);
  });

  it('is put in order by index', () => {
    const data = [
      { index: 1, embedding: [2] },
      { index: 0, embedding: [1] },
    ];
    const { vectors } = openaiEmbeddingsUpstream.decodeReply({ data }, decode({ input: ['a', 'b'] }).embedding());
    expect(vectors).toEqual([[1], [2]]);
  });

  it.each<[JsonObject]>([
    [{}],
    [{ data: [] }],
    [{ data: [{ embedding: 'AAA=' }] }],
    [{ data: [{ embedding: ['x'] }] }],
    [{ data: [{ index: 5, embedding: [1] }] }],
  ])('is refused when it is %o', (json) => {
    expect(() => openaiEmbeddingsUpstream.decodeReply(json, decode({ input: 'a' }).embedding())).toThrow(
      expect.objectContaining({ code: 'upstream.bad_reply' }),
    );
  });
});
