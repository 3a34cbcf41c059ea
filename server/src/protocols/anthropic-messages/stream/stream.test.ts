import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatReply, Part } from '../../../kernel/chat.ts';
import { isWeirError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { usage } from '../../../kernel/usage.ts';
import { partsOf, ReplyAssembler } from '../../assemble-reply.ts';
import { decodeReply } from '../reply/decode-reply.ts';
import { block, decodeStream, messageEnd, messageStart, RICH_EVENTS, RICH_MESSAGE, sse } from '../testing/events.ts';
import { REPLY_CONTEXT } from '../testing/requests.ts';
import { MessageStreamDecoder } from './stream-decoder.ts';
import { MessageStreamEncoder } from './stream-encoder.ts';

const TEXT_BLOCK = block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'Hi' });

function assemble(parts: readonly Part[]): ChatReply {
  const assembler = new ReplyAssembler();
  for (const part of parts) assembler.add(part);
  return assembler.reply();
}

function encodeParts(parts: readonly Part[]): string {
  const encoder = new MessageStreamEncoder(REPLY_CONTEXT);
  return parts.map((part) => encoder.encode(part)).join('');
}

function eventsIn(text: string): JsonObject[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [name, data] = event.split('\n');
      const json = JSON.parse(data?.slice('data: '.length) ?? '') as JsonObject;
      expect(name).toBe(`event: ${String(json.type)}`);
      return json;
    });
}

function thrownBy(...events: JsonObject[]) {
  try {
    decodeStream(sse(...events));
  } catch (error) {
    if (isWeirError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('decoding a stream', () => {
  it('gives the reply that the same call without streaming gives', () => {
    expect(assemble(decodeStream(sse(...RICH_EVENTS)))).toEqual(decodeReply(RICH_MESSAGE));
  });

  it('gives the same parts wherever the bytes are cut', () => {
    const bytes = sse(...RICH_EVENTS);
    const whole = decodeStream(bytes);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 40 }), (positions) => {
        const cuts = [0, ...positions.toSorted((left, right) => left - right), bytes.length];
        const chunks = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
        expect(decodeStream(...chunks)).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  it('gives the parts of a text in order', () => {
    expect(decodeStream(sse(messageStart(), ...TEXT_BLOCK, ...messageEnd('end_turn')))).toEqual([
      { type: 'start', id: 'msg_1', model: 'claude-x', createdS: 0 },
      { type: 'usage', usage: usage({ input: 10, output: 1 }) },
      { type: 'text-delta', choice: 0, block: 0, text: 'Hi' },
      { type: 'block-end', choice: 0, block: 0 },
      { type: 'usage', usage: usage({ input: 10, output: 20 }) },
      { type: 'finish', choice: 0, reason: 'stop' },
      { type: 'end' },
    ]);
  });

  it('skips pings, unknown events, unknown deltas, deltas of no block and a second start', () => {
    const plain = decodeStream(sse(messageStart(), ...TEXT_BLOCK, ...messageEnd('end_turn')));
    const [open, delta, close] = TEXT_BLOCK;
    const noisy = sse(
      { type: 'ping' },
      messageStart(),
      messageStart(),
      { type: 'message_weather', rain: true },
      open ?? {},
      { type: 'content_block_delta', index: 0, delta: { type: 'smell_delta', smell: 'pine' } },
      { type: 'content_block_delta', index: 7, delta: { type: 'text_delta', text: 'lost' } },
      delta ?? {},
      close ?? {},
      ...messageEnd('end_turn'),
      { type: 'ping' },
    );
    expect(decodeStream(noisy)).toEqual(plain);
  });

  it('takes usage of the last event as the truth and keeps what it leaves out', () => {
    const start = messageStart({ input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 });
    const first = messageEnd('end_turn', { input_tokens: null, output_tokens: 7 });
    expect(assemble(decodeStream(sse(start, ...first))).usage).toEqual(usage({ input: 10, cacheRead: 5, output: 7 }));
    const second = messageEnd('end_turn', { input_tokens: 12, output_tokens: 7 });
    expect(assemble(decodeStream(sse(start, ...second))).usage).toEqual(usage({ input: 12, cacheRead: 5, output: 7 }));
  });

  it.each([[-1], [1.5], [2e9], ['7']])('does not believe a usage of %j tokens', (output_tokens) => {
    const parts = decodeStream(sse(messageStart({}), ...TEXT_BLOCK, ...messageEnd('end_turn', { output_tokens })));
    expect(parts.filter((part) => part.type === 'usage')).toEqual([]);
  });

  it('says which stop sequence ended the reply', () => {
    const end = { type: 'message_delta', delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' }, usage: {} };
    const parts = decodeStream(sse(messageStart(), ...TEXT_BLOCK, end, { type: 'message_stop' }));
    expect(parts.at(-2)).toEqual({ type: 'finish', choice: 0, reason: 'stop', stopSequence: 'END' });
  });

  it('is whole without message_stop once the message has a stop reason', () => {
    const events = [messageStart(), ...TEXT_BLOCK, ...messageEnd('end_turn').slice(0, 1)];
    expect(decodeStream(sse(...events)).at(-1)).toEqual({ type: 'end' });
  });

  it('is truncated when it ends anywhere before', () => {
    const events = [messageStart(), ...TEXT_BLOCK];
    for (let length = 0; length <= events.length; length++) {
      const error = thrownBy(...events.slice(0, length));
      expect(error.code).toBe('upstream.bad_reply');
      expect(error.details).toEqual({ type: 'upstream_truncated' });
    }
  });

  it('refuses an event that is no JSON', () => {
    const decoder = new MessageStreamDecoder();
    const raw = Buffer.from('data: {"type":\n\n');
    expect(() => decoder.decode({ name: 'ping', data: '{"type":', raw })).toThrow(/cannot be understood/);
  });

  it.each([
    ['overloaded_error', 'upstream.unavailable', 529],
    ['api_error', 'upstream.unavailable', 500],
    ['rate_limit_error', 'upstream.rate_limited', 429],
    ['timeout_error', 'upstream.timeout', 504],
    ['invalid_request_error', 'upstream.rejected', 400],
    ['constructor', 'upstream.unavailable', 500],
    ['brand_new_error', 'upstream.unavailable', 500],
  ])('throws for an error event of type %s', (type, code, status) => {
    const event = { type: 'error', error: { type, message: 'Sorry' } };
    const error = thrownBy(messageStart(), event);
    expect(error).toMatchObject({ code, status, message: 'Sorry', details: { type } });
    expect(JSON.parse(error.upstream?.body.toString() ?? '')).toEqual(event);
  });

  it('repeats nothing an error event says of the credential', () => {
    const error = thrownBy({ type: 'error', error: { type: 'authentication_error', message: 'bad key sk-ant-123' } });
    expect(error).toMatchObject({ code: 'upstream.auth', upstream: undefined });
    expect(error.message).not.toContain('sk-ant');
  });
});

describe('encoding a stream', () => {
  it('writes what it read: the parts of a message become its events again', () => {
    const parts = decodeStream(sse(...RICH_EVENTS));
    expect(assemble(decodeStream(Buffer.from(encodeParts(parts))))).toEqual(assemble(parts));
  });

  it('streams any whole reply', () => {
    const reply = decodeReply(RICH_MESSAGE);
    expect(assemble(decodeStream(Buffer.from(encodeParts(partsOf(reply)))))).toEqual(reply);
  });

  it('keeps the order of the wire for parts of another one', () => {
    const text = encodeParts([
      { type: 'start', id: 'chatcmpl-1', model: 'gpt-x', createdS: 1 },
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'hm' },
      { type: 'text-delta', choice: 0, block: 1, text: 'A' },
      { type: 'text-delta', choice: 1, block: 0, text: 'another choice' },
      { type: 'tool-call-start', choice: 0, block: 2, id: 'c1', name: 'f' },
      { type: 'tool-call-delta', choice: 0, block: 2, argumentsText: '{"a":1}' },
      { type: 'tool-call-start', choice: 0, block: 3, id: 'c2', name: 'g' },
      { type: 'block-end', choice: 0, block: 2 },
      { type: 'finish', choice: 0, reason: 'stop' },
      { type: 'usage', usage: usage({ input: 3, cacheRead: 2, output: 4, reasoning: 1 }) },
      { type: 'end' },
    ]);
    const events = eventsIn(text);
    expect(events.map(({ type, index, delta }) => [type, index, (delta as JsonObject | undefined)?.type])).toEqual([
      ['message_start', undefined, undefined],
      ['content_block_start', 0, undefined],
      ['content_block_delta', 0, 'thinking_delta'],
      ['content_block_stop', 0, undefined],
      ['content_block_start', 1, undefined],
      ['content_block_delta', 1, 'text_delta'],
      ['content_block_stop', 1, undefined],
      ['content_block_start', 2, undefined],
      ['content_block_delta', 2, 'input_json_delta'],
      ['content_block_start', 3, undefined],
      ['content_block_stop', 2, undefined],
      ['content_block_stop', 3, undefined],
      ['message_delta', undefined, undefined],
      ['message_stop', undefined, undefined],
    ]);
    expect(events.at(-2)).toMatchObject({
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: {
        input_tokens: 3,
        cache_read_input_tokens: 2,
        output_tokens: 5,
        output_tokens_details: { thinking_tokens: 1 },
      },
    });
  });

  it('shows prompt usage in the first event when it is known by then', () => {
    const [start] = eventsIn(encodeParts(decodeStream(sse(...RICH_EVENTS))));
    expect(start).toMatchObject({ message: { usage: { input_tokens: 11, cache_read_input_tokens: 40 } } });
  });

  it('shows reasoning of other providers without a signature, and hides what is encrypted', () => {
    const place = { choice: 0, block: 0 };
    const reasoning: Part[] = [
      { type: 'reasoning-delta', ...place, text: 'hm' },
      { type: 'reasoning-end', ...place, signature: 'gemini', wire: 'gemini-generate' },
    ];
    const events = eventsIn(encodeParts(reasoning));
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
    ]);
    expect(encodeParts([{ type: 'reasoning-end', ...place, encrypted: 'x', wire: 'openai-responses' }])).toBe('');
    const foreign = { type: 'opaque' as const, wire: 'openai-responses' as const, name: 'x', value: {} };
    expect(encodeParts([{ type: 'opaque', choice: 0, content: foreign }])).toBe('');
  });

  it('gives an empty message its frame', () => {
    expect(eventsIn(encodeParts([{ type: 'end' }])).map(({ type }) => type)).toEqual([
      'message_start',
      'message_delta',
      'message_stop',
    ]);
  });
});
