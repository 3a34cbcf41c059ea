import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import OpenAI6 from 'openai-6';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatReply, Part } from '../../../kernel/chat.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { asArray, asObject, type JsonObject } from '../../../kernel/json.ts';
import { partsOf } from '../../assemble-reply.ts';
import { openaiResponsesClient } from '../client.ts';
import { REPLIES } from '../testing/replies.ts';
import { clientRequest, REPLY_CONTEXT } from '../testing/requests.ts';
import { openaiResponsesUpstream } from '../upstream.ts';

const REQUEST = clientRequest({
  model: 'fast',
  input: 'Hi',
  instructions: 'Be brief.',
  max_output_tokens: 500,
  previous_response_id: 'resp_before',
  tools: [
    { type: 'function', name: 'weather', parameters: { type: 'object' }, strict: false },
    { type: 'custom', name: 'apply_patch' },
  ],
  metadata: { team: 'a' },
  text: { verbosity: 'low' },
});

/** A whole reply's parts with every text cut in single characters, as a stream would have brought it. */
function smallParts(reply: ChatReply): Part[] {
  return partsOf(reply).flatMap((part): Part[] => {
    if (part.type === 'tool-call-delta') {
      return [...part.argumentsText].map((argumentsText) => ({ ...part, argumentsText }));
    }
    return 'text' in part ? [...part.text].map((text) => ({ ...part, text })) : [part];
  });
}

function streamText(reply: ChatReply): string {
  const encoder = openaiResponsesClient.encoder(REQUEST, REPLY_CONTEXT);
  return smallParts(reply)
    .map((part) => encoder.encode(part))
    .join('');
}

function eventsOf(text: string): JsonObject[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [name = '', data = ''] = event.split('\n');
      const json = JSON.parse(data.slice('data: '.length)) as JsonObject;
      expect(name).toBe(`event: ${json.type}`);
      return json;
    });
}

describe.each(Object.entries(REPLIES))('%s', (_name, reply) => {
  it('streams to the very object that the call without streaming answers', () => {
    const last = eventsOf(streamText(reply)).at(-1);
    expect(last?.response).toEqual(openaiResponsesClient.encodeReply(reply, REQUEST, REPLY_CONTEXT));
  });

  it('counts its events up from 0 and gives every item an added and a done', () => {
    const events = eventsOf(streamText(reply));
    const output = asArray(asObject(events.at(-1)?.response)?.output) ?? [];
    const done = events.filter((event) => event.type === 'response.output_item.done');
    const byIndex = done.toSorted((left, right) => Number(left.output_index) - Number(right.output_index));
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.filter((event) => event.type === 'response.output_item.added')).toHaveLength(output.length);
    expect(byIndex.map((event) => event.item)).toEqual(output);
  });

  it('reads back as the reply it was made from', () => {
    const json = openaiResponsesClient.encodeReply(reply, REQUEST, REPLY_CONTEXT);
    const back = openaiResponsesUpstream.decodeReply(json);
    const withoutIds = back.choices[0]?.content.map(({ ...block }) => {
      if (block.type === 'reasoning') delete (block as { id?: string }).id;
      return block;
    });
    const expected = reply.choices[0]?.content.map((block) =>
      block.type === 'tool-call' && block.argumentsText === '' ? { ...block, argumentsText: '{}' } : block,
    );
    expect(withoutIds).toEqual(expected);
    expect(back.choices[0]?.finishReason).toBe(reply.choices[0]?.finishReason);
  });
});

describe('ResponsesStreamEncoder', () => {
  it('tells the steps of a text reply in the documented order', () => {
    const steps = eventsOf(streamText(REPLIES['a cut reply'] as ChatReply)).map((event) => event.type);
    expect(steps).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      ...Array<string>(4).fill('response.output_text.delta'),
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.incomplete',
    ]);
  });

  it('repeats the settings of the request and shows every usage detail', () => {
    const response = openaiResponsesClient.encodeReply(REPLIES.text as ChatReply, REQUEST, REPLY_CONTEXT);
    expect(response).toMatchObject({
      id: 'resp_019aa0b0c0d07e0f8a1b2c3d4e5f6071',
      object: 'response',
      created_at: 1_760_000_001,
      status: 'completed',
      model: 'claude-sonnet-4-5',
      error: null,
      incomplete_details: null,
      instructions: 'Be brief.',
      previous_response_id: 'resp_before',
      max_output_tokens: 500,
      tool_choice: 'auto',
      parallel_tool_calls: true,
      store: true,
      text: { verbosity: 'low', format: { type: 'text' } },
      metadata: { team: 'a' },
      usage: {
        input_tokens: 20,
        input_tokens_details: { cached_tokens: 5, cache_write_tokens: 5 },
        output_tokens: 11,
        output_tokens_details: { reasoning_tokens: 4 },
        total_tokens: 31,
      },
    });
    expect(response).not.toHaveProperty('output_text');
  });

  it('keeps parallel calls apart when their arguments arrive interleaved', () => {
    const encoder = openaiResponsesClient.encoder(REQUEST, REPLY_CONTEXT);
    const call = (block: number) => ({ choice: 0, block });
    const parts: Part[] = [
      { type: 'start', id: 'x', model: 'm', createdS: 1 },
      { type: 'tool-call-start', ...call(0), id: 'a', name: 'weather' },
      { type: 'tool-call-start', ...call(1), id: 'b', name: 'weather' },
      { type: 'tool-call-delta', ...call(1), argumentsText: '{"b"' },
      { type: 'tool-call-delta', ...call(0), argumentsText: '{"a"' },
      { type: 'tool-call-delta', ...call(1), argumentsText: ':1}' },
      { type: 'tool-call-delta', ...call(0), argumentsText: ':2}' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
      { type: 'end' },
    ];
    const events = eventsOf(parts.map((part) => encoder.encode(part)).join(''));
    const output = asArray(asObject(events.at(-1)?.response)?.output) ?? [];
    expect(output.map((item) => asObject(item)?.arguments)).toEqual(['{"a":2}', '{"b":1}']);
  });

  it('ends a broken stream with one error event that follows on in number', () => {
    const encoder = openaiResponsesClient.encoder(REQUEST, REPLY_CONTEXT);
    encoder.encode({ type: 'start', id: 'x', model: 'm', createdS: 1 });
    const [event] = eventsOf(encoder.fail?.(new WeirError('upstream.timeout'), 'req_1') ?? '');
    expect(event).toMatchObject({ type: 'error', sequence_number: 2, code: 'upstream.timeout', param: null });
    expect(event?.message).toBe('The provider did not answer in time.');
  });
});

describe.each([
  ['openai 7', OpenAI],
  ['openai 6', OpenAI6 as unknown as typeof OpenAI],
])('the client library %s', (_name, Client) => {
  let server: Server;
  let body = '';
  let baseURL = '';

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      const type = body.startsWith('{') ? 'application/json' : 'text/event-stream; charset=utf-8';
      response.writeHead(200, { 'content-type': type }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it.each(Object.entries(REPLIES))('reads the stream of %s to the final response', async (_reply, reply) => {
    body = streamText(reply);
    const client = new Client({ apiKey: 'weir_test', baseURL, maxRetries: 0 });
    const stream = client.responses.stream({ model: 'fast', input: 'Hi' });
    const expected = openaiResponsesClient.encodeReply(reply, REQUEST, REPLY_CONTEXT);
    const final = await stream.finalResponse();
    const texts = (reply.choices[0]?.content ?? []).map((block) => (block.type === 'text' ? block.text : ''));
    expect(final.output).toMatchObject(expected.output as object);
    expect(final.usage).toEqual(expected.usage);
    expect(final.output_text).toBe(texts.join(''));
  });

  it.each(Object.entries(REPLIES))('reads the whole reply of %s', async (_reply, reply) => {
    const expected = openaiResponsesClient.encodeReply(reply, REQUEST, REPLY_CONTEXT);
    body = JSON.stringify(expected);
    const client = new Client({ apiKey: 'weir_test', baseURL, maxRetries: 0 });
    const response = await client.responses.create({ model: 'fast', input: 'Hi' });
    expect(response).toMatchObject(expected);
  });

  it('throws the message of an error event', async () => {
    const encoder = openaiResponsesClient.encoder(REQUEST, REPLY_CONTEXT);
    const start = encoder.encode({ type: 'start', id: 'x', model: 'm', createdS: 1 });
    body = start + encoder.fail?.(new WeirError('upstream.timeout'), 'req_1');
    const client = new Client({ apiKey: 'weir_test', baseURL, maxRetries: 0 });
    const stream = client.responses.stream({ model: 'fast', input: 'Hi' });
    await expect(stream.finalResponse()).rejects.toThrow('The provider did not answer in time.');
  });
});
