import { describe, expect, it } from 'vitest';
import type { ChatReply, Content, FinishReason } from '../../../kernel/chat.ts';
import { usage } from '../../../kernel/usage.ts';
import { anthropicMessagesClient } from '../client.ts';
import { RICH_MESSAGE } from '../testing/events.ts';
import { decode, REPLY_CONTEXT } from '../testing/requests.ts';
import { decodeReply } from './decode-reply.ts';
import { encodeStopReason } from './stop-reason.ts';
import { decodeUsage } from './usage.ts';

const REQUEST = decode({ model: 'claude-x', max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] });

function encodeReplyOf(content: readonly Content[], reply: Partial<ChatReply> = {}, reason: FinishReason = 'stop') {
  const whole = { id: 'r', model: 'm', createdS: 1, choices: [{ index: 0, content, finishReason: reason }], ...reply };
  return anthropicMessagesClient.encodeReply(whole, REQUEST, REPLY_CONTEXT);
}

describe('a whole reply', () => {
  it('survives decoding and encoding', () => {
    const encoded = anthropicMessagesClient.encodeReply(decodeReply(RICH_MESSAGE), REQUEST, REPLY_CONTEXT);
    expect(encoded).toMatchObject(RICH_MESSAGE);
  });

  it('has its content, finish reason and usage in neutral form', () => {
    const reply = decodeReply(RICH_MESSAGE);
    expect(reply.choices[0]?.content.map((item) => item.type)).toEqual([
      'reasoning',
      'reasoning',
      'opaque',
      'opaque',
      'text',
      'tool-call',
      'tool-call',
    ]);
    expect(reply.choices[0]).toMatchObject({ index: 0, finishReason: 'tool-calls' });
    expect(reply.usage).toEqual(
      usage({ input: 11, cacheRead: 40, cacheWrite5m: 10, cacheWrite1h: 20, output: 50, reasoning: 5 }),
    );
  });

  it('of another wire becomes a message', () => {
    const message = encodeReplyOf(
      [
        { type: 'reasoning', text: 'hm', signature: 's', wire: 'gemini-generate' },
        { type: 'text', text: 'Hi' },
        { type: 'refusal', text: 'No.' },
        { type: 'tool-call', id: 'c', name: 'f', argumentsText: '{"a":1}' },
        { type: 'tool-call', id: 'd', name: 'f', argumentsText: '{"a":' },
        { type: 'opaque', wire: 'openai-responses', name: 'x', value: {} },
      ],
      { usage: usage({ input: 5, audioInput: 2, output: 3 }) },
    );
    expect(message).toMatchObject({
      id: 'r',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [
        { type: 'thinking', thinking: 'hm', signature: '' },
        { type: 'text', text: 'Hi' },
        { type: 'text', text: 'No.' },
        { type: 'tool_use', id: 'c', name: 'f', input: { a: 1 } },
        { type: 'tool_use', id: 'd', name: 'f', input: {} },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 7, output_tokens: 3, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
    });
  });

  it('without id or usage still has both', () => {
    expect(encodeReplyOf([], { id: '' })).toMatchObject({ id: 'msg_req_1', usage: { input_tokens: 0 }, content: [] });
  });

  it.each([[{}], [{ type: 'error', error: {} }], [{ content: 'text' }]])('is not made of %j', (json) => {
    expect(() => decodeReply(json)).toThrow(/cannot be understood/);
  });
});

describe('stop reasons', () => {
  it.each<[string, FinishReason, string]>([
    ['end_turn', 'stop', 'end_turn'],
    ['stop_sequence', 'stop', 'end_turn'],
    ['max_tokens', 'length', 'max_tokens'],
    ['tool_use', 'tool-calls', 'tool_use'],
    ['pause_turn', 'pause', 'pause_turn'],
    ['refusal', 'refusal', 'refusal'],
    ['model_context_window_exceeded', 'context-window', 'model_context_window_exceeded'],
    ['something_new', 'other', 'end_turn'],
  ])('%s means %s and is written %s', (stopReason, reason, written) => {
    expect(decodeReply({ content: [], stop_reason: stopReason }).choices[0]?.finishReason).toBe(reason);
    expect(encodeStopReason({ reason, hasToolCalls: false })).toBe(written);
  });

  it('name the stop sequence, and tool use that the provider called a plain stop', () => {
    expect(encodeStopReason({ reason: 'stop', stopSequence: 'END', hasToolCalls: false })).toBe('stop_sequence');
    expect(encodeStopReason({ reason: 'stop', hasToolCalls: true })).toBe('tool_use');
    expect(encodeStopReason({ reason: 'content-filter', hasToolCalls: false })).toBe('refusal');
  });
});

describe('usage', () => {
  it('knows only the total when the lifetimes are not given', () => {
    const counts = { input_tokens: 1, output_tokens: 2, cache_creation_input_tokens: 9 };
    expect(decodeUsage(counts)).toEqual(usage({ input: 1, output: 2, cacheWrite5m: 9 }));
  });

  it('never counts more of a part than of the whole', () => {
    const counts = {
      input_tokens: 1,
      output_tokens: 2,
      output_tokens_details: { thinking_tokens: 50 },
      cache_creation_input_tokens: 3,
      cache_creation: { ephemeral_1h_input_tokens: 10 },
    };
    expect(decodeUsage(counts)).toEqual(usage({ input: 1, reasoning: 2, cacheWrite1h: 3 }));
  });

  it.each([
    [undefined],
    [{}],
    [{ input_tokens: -1, output_tokens: 1 }],
    [{ input_tokens: 1.5, output_tokens: 1 }],
    [{ input_tokens: 1, output_tokens: 1_000_000_001 }],
    [{ input_tokens: 1, output_tokens: 1, cache_read_input_tokens: '3' }],
  ])('of %j is no usage', (counts) => {
    expect(decodeUsage(counts)).toBeUndefined();
  });
});
