import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatReply, Content, FinishReason, Part } from '../../kernel/chat.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { usage } from '../../kernel/usage.ts';
import type { WireEvent } from '../../ports/framing.ts';
import { partsOf, ReplyAssembler } from '../assemble-reply.ts';
import { openaiChatClient } from './client.ts';
import { openaiChatUpstream } from './upstream.ts';

const context = { requestId: 'req_1', createdS: 5, nowMs: 5000, provider: 'p', dropped: [] };

function request(fields: JsonObject = {}) {
  const json = { model: 'm', messages: [{ role: 'user', content: 'x' }], ...fields };
  return openaiChatClient.decode(Buffer.from(JSON.stringify(json)), json, {});
}
const withUsage = () => request({ stream: true, stream_options: { include_usage: true } });

function event(data: unknown, name?: string): WireEvent {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return { name, data: text, raw: Buffer.from(`data: ${text}\n\n`) };
}

function eventsOf(text: string): WireEvent[] {
  return text
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => event(frame.slice('data: '.length)));
}

function decodeAll(events: readonly WireEvent[]): Part[] {
  const decoder = openaiChatUpstream.decoder();
  return [...events.flatMap((item) => decoder.decode(item)), ...decoder.end()];
}

function assemble(parts: readonly Part[]): ChatReply {
  const assembler = new ReplyAssembler();
  for (const part of parts) assembler.add(part);
  return assembler.reply();
}

const chunk = (delta: JsonObject, more: JsonObject = {}) =>
  event({ id: 'c', model: 'm', created: 1, choices: [{ index: 0, delta, finish_reason: null, ...more }] });
const text = fc.string({ minLength: 1, unit: 'grapheme' });
const calls = fc
  .array(fc.record({ name: text, argumentsText: fc.json() }), { maxLength: 3 })
  .map((list) => list.map((call, index): Content => ({ type: 'tool-call', id: `call_${index}`, ...call })));
const optional = (type: 'text' | 'refusal' | 'reasoning') =>
  fc.option(text, { nil: undefined }).map((said): Content[] => {
    if (said === undefined) return [];
    return type === 'reasoning' ? [{ type, text: said, wire: 'openai-chat' }] : [{ type, text: said }];
  });
const content = fc
  .tuple(optional('reasoning'), optional('text'), optional('refusal'), calls)
  .map((groups) => groups.flat());
const count = fc.integer({ min: 1, max: 1000 });

/** Replies this wire can say without loss. */
const reply: fc.Arbitrary<ChatReply> = fc
  .record({
    contents: fc.array(fc.tuple(content, fc.boolean()), { minLength: 1, maxLength: 3 }),
    id: text,
    model: text,
    createdS: count,
    tokens: fc.option(fc.record({ input: count, cacheRead: count, output: count, reasoning: count }), {
      nil: undefined,
    }),
  })
  .map(({ contents, tokens, ...rest }) => ({
    ...rest,
    choices: contents.map(([said, cut], index) => ({
      index,
      content: said,
      finishReason: cut ? 'length' : reasonFor(said),
    })),
    ...(tokens === undefined ? {} : { usage: usage(tokens) }),
  }));

function reasonFor(said: readonly Content[]): FinishReason {
  if (said.some((item) => item.type === 'tool-call')) return 'tool-calls';
  return said.some((item) => item.type === 'refusal') ? 'refusal' : 'stop';
}

describe('a reply of the openai-chat wire', () => {
  it('survives encoding and decoding', () => {
    fc.assert(
      fc.property(reply, (given) => {
        const json = openaiChatClient.encodeReply(given, request(), context);
        expect(openaiChatUpstream.decodeReply(JSON.parse(JSON.stringify(json)))).toEqual(given);
      }),
    );
  });

  it('is the same streamed', () => {
    fc.assert(
      fc.property(reply, (given) => {
        const encoder = openaiChatClient.encoder(withUsage(), context);
        const written = partsOf(given)
          .map((part) => encoder.encode(part))
          .join('');
        expect(assemble(decodeAll(eventsOf(written)))).toEqual(given);
      }),
    );
  });

  it('gives back the parts it was streamed from', () => {
    fc.assert(
      fc.property(reply, (given) => {
        const parts = partsOf(given);
        const encoder = openaiChatClient.encoder(withUsage(), context);
        expect(decodeAll(eventsOf(parts.map((part) => encoder.encode(part)).join('')))).toEqual(parts);
      }),
    );
  });

  it('has null content when only tools are called', () => {
    const call: Content = { type: 'tool-call', id: 'a', name: 'f', argumentsText: '' };
    const json = openaiChatClient.encodeReply(
      { id: '', model: '', createdS: 0, choices: [{ index: 0, content: [call], finishReason: 'tool-calls' }] },
      request(),
      context,
    );
    expect(json).toEqual({
      id: 'chatcmpl-req_1',
      object: 'chat.completion',
      created: 5,
      model: 'm',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: null,
            refusal: null,
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
          },
          logprobs: null,
          finish_reason: 'tool_calls',
        },
      ],
    });
  });

  it('answers the retired functions form in kind', () => {
    const said: Content[] = [{ type: 'tool-call', id: 'a', name: 'f', argumentsText: '{"x":1}' }];
    const given: ChatReply = {
      id: 'i',
      model: 'm',
      createdS: 1,
      choices: [{ index: 0, content: said, finishReason: 'tool-calls' }],
    };
    const legacy = request({ functions: [{ name: 'f' }] });
    expect(openaiChatClient.encodeReply(given, legacy, context)).toMatchObject({
      choices: [{ message: { function_call: { name: 'f', arguments: '{"x":1}' } }, finish_reason: 'function_call' }],
    });
    const encoder = openaiChatClient.encoder(legacy, context);
    const written = partsOf(given)
      .map((part) => encoder.encode(part))
      .join('');
    expect(written).not.toContain('tool_calls');
    expect(assemble(decodeAll(eventsOf(written))).choices[0]).toMatchObject({
      content: [{ type: 'tool-call', name: 'f', argumentsText: '{"x":1}' }],
      finishReason: 'tool-calls',
    });
  });

  it('is refused when it is none', () => {
    for (const json of [{}, { choices: [] }, { choices: [{}] }, { choices: [{ message: { content: 7 } }] }]) {
      expect(() => openaiChatUpstream.decodeReply(json)).toThrow(
        expect.objectContaining({ code: 'upstream.bad_reply' }),
      );
    }
    expect(() => openaiChatUpstream.decodeReply({ error: { message: 'x', code: 429 } })).toThrow(
      expect.objectContaining({ code: 'upstream.rate_limited', retryable: true }),
    );
  });
});

describe('the stream encoder', () => {
  const parts: Part[] = [
    { type: 'start', id: 'c', model: 'm', createdS: 1 },
    { type: 'usage', usage: usage({ input: 1 }) },
    { type: 'text-delta', choice: 0, block: 0, text: 'a' },
    { type: 'block-end', choice: 0, block: 0 },
    { type: 'finish', choice: 0, reason: 'stop' },
    { type: 'usage', usage: usage({ input: 3, output: 2 }) },
    { type: 'end' },
  ];

  it('writes role, content, finish, usage and [DONE] as the SDKs expect them', () => {
    const encoder = openaiChatClient.encoder(withUsage(), context);
    const frames = eventsOf(parts.map((part) => encoder.encode(part)).join('')).map((item) => item.data);
    const head = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
    const choice = { index: 0, logprobs: null, finish_reason: null };
    expect(frames.slice(0, -1).map((frame) => JSON.parse(frame))).toEqual([
      { ...head, choices: [{ ...choice, delta: { role: 'assistant', content: '' } }], usage: null },
      { ...head, choices: [{ ...choice, delta: { content: 'a' } }], usage: null },
      { ...head, choices: [{ ...choice, delta: {}, finish_reason: 'stop' }], usage: null },
      {
        ...head,
        choices: [],
        usage: expect.objectContaining({ prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }),
      },
    ]);
    expect(frames.at(-1)).toBe('[DONE]');
  });

  it('begins a choice without text with null content, as the whole reply does', () => {
    const encoder = openaiChatClient.encoder(request({ stream: true }), context);
    const written = encoder.encode({ type: 'tool-call-start', choice: 0, block: 0, id: 'a', name: 'f' });
    expect(eventsOf(written).map((item) => JSON.parse(item.data).choices[0].delta)).toEqual([
      { role: 'assistant', content: null },
      { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] },
    ]);
  });

  it('shows no usage to a client that did not ask', () => {
    const encoder = openaiChatClient.encoder(request({ stream: true }), context);
    expect(parts.map((part) => encoder.encode(part)).join('')).not.toContain('usage');
  });
});

describe('the stream decoder', () => {
  it('takes usage from any chunk', () => {
    const counted = { prompt_tokens: 10, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 8 } };
    const expected = { type: 'usage', usage: usage({ input: 2, cacheRead: 8, output: 4 }) };
    for (const fields of [
      { choices: [], usage: counted },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: counted },
      { choices: [{ index: 0, delta: {} }], x_groq: { usage: counted } },
    ]) {
      expect(openaiChatUpstream.decoder().decode(event(fields))).toContainEqual(expected);
    }
  });

  it('treats absurd usage as absent', () => {
    for (const wrong of [-1, 1.5, 2e9, 'many']) {
      const fields = { choices: [], usage: { prompt_tokens: wrong, completion_tokens: 1 } };
      expect(openaiChatUpstream.decoder().decode(event(fields))).toEqual([]);
    }
  });

  it('keeps tool calls apart by index, by id, or by id and name when the index is always 0', () => {
    const call = (fields: JsonObject) => chunk({ tool_calls: [fields] });
    const whole = (id: string, index?: number): JsonObject => ({
      ...(index === undefined ? {} : { index }),
      id,
      type: 'function',
      function: { name: `f-${id}`, arguments: `{"${id}":` },
    });
    const rest = (index?: number): JsonObject => ({
      ...(index === undefined ? {} : { index }),
      function: { arguments: '1}' },
    });
    const finish = chunk({}, { finish_reason: 'stop' });
    for (const events of [
      [call(whole('a', 0)), call(rest(0)), call(whole('b', 1)), call(rest(1)), finish],
      [call(whole('a', 0)), call(whole('b', 1)), call(rest(0)), call(rest(1)), finish],
      [call(whole('a')), call(rest()), call(whole('b')), call(rest()), finish],
      [call(whole('a', 0)), call(rest(0)), call(whole('b', 0)), call(rest(0)), finish],
      [call(whole('a', 0)), call({ ...rest(0), id: 'other' }), call(whole('b', 1)), call(rest(1)), finish],
    ]) {
      expect(assemble(decodeAll(events)).choices[0]).toEqual({
        index: 0,
        content: [
          { type: 'tool-call', id: 'a', name: 'f-a', argumentsText: '{"a":1}' },
          { type: 'tool-call', id: 'b', name: 'f-b', argumentsText: '{"b":1}' },
        ],
        finishReason: 'tool-calls',
      });
    }
  });

  it('reads reasoning in both spellings', () => {
    for (const field of ['reasoning_content', 'reasoning']) {
      const parts = decodeAll([chunk({ [field]: 'hm' }), chunk({ content: 'so' }, { finish_reason: 'stop' })]);
      expect(assemble(parts).choices[0]?.content).toEqual([
        { type: 'reasoning', text: 'hm', wire: 'openai-chat' },
        { type: 'text', text: 'so' },
      ]);
    }
  });

  it('starts with the first chunk that has choices, and ignores blank events and what follows [DONE]', () => {
    const decoder = openaiChatUpstream.decoder();
    expect(decoder.decode(event({ id: '', choices: [], prompt_filter_results: [] }))).toEqual([]);
    expect(decoder.decode(event(''))).toEqual([]);
    expect(decoder.decode(chunk({ role: 'assistant', content: '' }))).toEqual([
      { type: 'start', id: 'c', model: 'm', createdS: 1 },
    ]);
    expect(decoder.decode(event('[DONE]'))).toEqual([{ type: 'end' }]);
    expect(decoder.decode(event('{}'))).toEqual([]);
    expect(decoder.end()).toEqual([]);
  });

  it('holds a stream for whole when all choices finished without [DONE]', () => {
    const decoder = openaiChatUpstream.decoder();
    decoder.decode(chunk({ content: 'a' }, { finish_reason: 'stop' }));
    expect(decoder.end()).toEqual([{ type: 'end' }]);
  });

  it('holds any other early end for an error', () => {
    const truncated = { code: 'upstream.bad_reply', details: { type: 'upstream_truncated' } };
    expect(() => openaiChatUpstream.decoder().end()).toThrow(expect.objectContaining(truncated));
    const decoder = openaiChatUpstream.decoder();
    decoder.decode(chunk({ content: 'a' }));
    expect(() => decoder.end()).toThrow(expect.objectContaining(truncated));
  });

  it.each<[unknown, string, boolean]>([
    [{ error: { message: 'slow down', type: 'rate_limit_error' } }, 'upstream.rate_limited', true],
    [{ error: { message: 'busy', code: 'overloaded' } }, 'upstream.unavailable', true],
    [{ error: { message: 'busy', code: 503 } }, 'upstream.unavailable', true],
    [{ error: { message: 'no money', type: 'insufficient_quota' } }, 'upstream.rate_limited', false],
    [{ error: { message: 'bad', type: 'invalid_request_error' } }, 'upstream.rejected', false],
    [{ error: { message: 'sk-secret', code: 'invalid_api_key' } }, 'upstream.auth', false],
    [{ error: 'just text' }, 'upstream.unavailable', true],
  ])('throws for %o', (data, code, retryable) => {
    const thrown = expect.objectContaining({ code, retryable, message: expect.not.stringContaining('sk-') });
    expect(() => openaiChatUpstream.decoder().decode(event(data))).toThrow(thrown);
  });

  it('throws for an event that is not JSON', () => {
    expect(() => openaiChatUpstream.decoder().decode(event('{"a'))).toThrow(
      expect.objectContaining({ code: 'upstream.bad_reply' }),
    );
  });
});

describe('relay on the same wire', () => {
  const relay = (given: WireEvent, fields: JsonObject = { stream: true }) =>
    openaiChatClient.relay?.(given, openaiChatUpstream.decoder().decode(given), request(fields));
  const counted = { prompt_tokens: 1, completion_tokens: 1 };

  it('passes the bytes of a chunk as they are', () => {
    const given = chunk({ content: 'a' });
    expect(relay(given)).toBe(given.raw);
  });

  it('hides the usage chunk from a client that did not ask, and only from that', () => {
    const given = event({ choices: [], usage: counted });
    expect(relay(given)).toBeUndefined();
    expect(relay(event({ choices: [], usage: { prompt_tokens: -1 } }))).toBeUndefined();
    expect(relay(given, { stream: true, stream_options: { include_usage: true } })).toBe(given.raw);
    const filters = event({ choices: [], prompt_filter_results: [] });
    expect(relay(filters)).toBe(filters.raw);
  });

  it('takes usage alone out of a chunk with choices', () => {
    const given = event('{"id":"c", "choices":[{"delta":{}}],"usage":{"prompt_tokens":1}, "x_groq":{"id":"r"}}');
    expect(relay(given)?.toString()).toBe('data: {"id":"c", "choices":[{"delta":{}}],"x_groq":{"id":"r"}}\n\n');
  });
});

describe('errors of the openai-chat wire', () => {
  it.each<[WeirError, string]>([
    [new WeirError('request.invalid', { param: 'model' }), 'invalid_request_error'],
    [new WeirError('auth.invalid'), 'authentication_error'],
    [new WeirError('auth.denied'), 'permission_error'],
    [new WeirError('limit.budget', { details: { scope: 'key' } }), 'insufficient_quota'],
    [new WeirError('limit.rate'), 'rate_limit_error'],
    [new WeirError('upstream.timeout'), 'server_error'],
  ])('have the type OpenAI gives that status', (error, type) => {
    const details = error.code === 'limit.budget' ? { details: { scope: 'key' } } : {};
    const body = { error: { message: error.message, type, param: error.param ?? null, code: error.code, ...details } };
    expect(openaiChatClient.encodeError(error, 'r')).toEqual(body);
    expect(openaiChatClient.encodeStreamError(error, 'r')).toBe(`data: ${JSON.stringify(body)}\n\n`);
  });

  it('are read in every shape compatible servers use', () => {
    const { readError } = openaiChatUpstream;
    expect(readError({ error: { message: 'm', type: 't', code: 7, param: 'p' } })).toEqual({
      message: 'm',
      type: 't',
      code: '7',
      param: 'p',
    });
    expect(readError({ error: 'm' })).toEqual({ message: 'm' });
    expect(readError({ message: 'm' })).toEqual({ message: 'm' });
    expect(readError({ detail: 'm' })).toEqual({ message: 'm' });
    expect(readError([])).toEqual({});
  });
});
