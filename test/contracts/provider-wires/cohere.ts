import type { ChatReply, Content } from '../../../server/src/kernel/chat.ts';
import type { JsonObject } from '../../../server/src/kernel/json.ts';
import { inputTokens, outputTokens, type Usage } from '../../../server/src/kernel/usage.ts';
import { cohereChatUpstream } from '../../../server/src/protocols/cohere-chat/upstream.ts';
import { type ProviderWire, sse } from './provider-wire.ts';

const REASONS: Readonly<Record<string, string>> = { stop: 'COMPLETE', 'tool-calls': 'TOOL_CALL', length: 'MAX_TOKENS' };

export const COHERE: ProviderWire = {
  name: 'cohere-chat',
  upstream: cohereChatUpstream,
  contentType: 'text/event-stream',
  whole(reply) {
    const content = reply.choices[0]?.content ?? [];
    const texts = content.flatMap((item) => (item.type === 'text' ? item.text : []));
    const calls = content.flatMap((item) => (item.type === 'tool-call' ? callOf(item) : []));
    const message: JsonObject = { role: 'assistant' };
    if (calls.length > 0) Object.assign(message, { tool_plan: texts.join(''), tool_calls: calls });
    else message.content = texts.map((text) => ({ type: 'text', text }));
    return { id: reply.id, ...ending(reply), message };
  },
  stream(reply) {
    const content = reply.choices[0]?.content ?? [];
    const isPlan = content.some(({ type }) => type === 'tool-call');
    const events = content.flatMap((item, index) => eventsOf(item, { index, isPlan }));
    const start = { type: 'message-start', id: reply.id, delta: { message: { role: 'assistant' } } };
    const end = { type: 'message-end', delta: ending(reply) };
    return [start, ...events, end].map((event) => sse(event, event.type));
  },
};

function ending(reply: ChatReply): JsonObject {
  const usage = reply.usage === undefined ? {} : { usage: counts(reply.usage) };
  return { finish_reason: REASONS[reply.choices[0]?.finishReason ?? ''] ?? 'COMPLETE', ...usage };
}

function counts(usage: Usage): JsonObject {
  const billed = { input_tokens: inputTokens(usage), output_tokens: outputTokens(usage) };
  return {
    billed_units: billed,
    tokens: { input_tokens: billed.input_tokens + 60, output_tokens: billed.output_tokens },
  };
}

function callOf(call: Content & { type: 'tool-call' }): JsonObject {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.argumentsText } };
}

type Event = JsonObject & { type: string };

function eventsOf(content: Content, of: { index: number; isPlan: boolean }): Event[] {
  const { index, isPlan } = of;
  if (content.type === 'text' && isPlan) {
    return pieces(content.text).map((tool_plan) => ({ type: 'tool-plan-delta', delta: { message: { tool_plan } } }));
  }
  if (content.type === 'text') {
    const piece = (text: string) => ({ delta: { message: { content: { text } } } });
    const start = { type: 'content-start', index, delta: { message: { content: { type: 'text', text: '' } } } };
    const deltas = pieces(content.text).map((text) => ({ type: 'content-delta', index, ...piece(text) }));
    return [start, ...deltas, { type: 'content-end', index }];
  }
  if (content.type !== 'tool-call') return [];
  const { id, name } = content;
  const call = { id, type: 'function', function: { name, arguments: '' } };
  const deltas = pieces(content.argumentsText).map((text) => ({
    type: 'tool-call-delta',
    index,
    delta: { message: { tool_calls: { function: { arguments: text } } } },
  }));
  const start = { type: 'tool-call-start', index, delta: { message: { tool_calls: call } } };
  return [start, ...deltas, { type: 'tool-call-end', index }];
}

function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,4}/gu) ?? [];
}
