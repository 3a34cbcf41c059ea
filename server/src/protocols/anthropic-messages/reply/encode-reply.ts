import type { ChatReply, Content } from '../../../kernel/chat.ts';
import { asArray, asObject, isObject, type JsonObject, parseJson } from '../../../kernel/json.ts';
import { NO_USAGE } from '../../../kernel/usage.ts';
import type { ReplyContext } from '../../../ports/protocol.ts';
import { encodeStopReason } from './stop-reason.ts';
import { encodeUsage } from './usage.ts';

/** A whole reply as a message. The wire has one choice: the first. */
export function encodeReply(reply: ChatReply, context: ReplyContext): JsonObject {
  const choice = reply.choices[0];
  const content = choice?.content ?? [];
  const hasToolCalls = content.some((item) => item.type === 'tool-call');
  const stopSequence = choice?.stopSequence;
  return {
    ...encodeEmptyMessage(reply, context),
    content: content.flatMap<JsonObject>((item) => encodeReplyBlock(item) ?? []),
    stop_reason: encodeStopReason({ reason: choice?.finishReason ?? 'stop', stopSequence, hasToolCalls }),
    stop_sequence: stopSequence ?? null,
    usage: encodeUsage(reply.usage ?? NO_USAGE),
  };
}

/** The message without anything said yet: the frame of a reply and what a stream starts with. */
export function encodeEmptyMessage(reply: { id: string; model: string }, context: ReplyContext): JsonObject {
  return {
    id: reply.id === '' ? `msg_${context.requestId}` : reply.id,
    type: 'message',
    role: 'assistant',
    model: reply.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
  };
}

function encodeReplyBlock(content: Content): JsonObject | undefined {
  switch (content.type) {
    case 'text':
      return content.text === '' ? undefined : textBlock(content.text, asArray(content.annotations));
    case 'refusal':
      return content.text === '' ? undefined : textBlock(content.text);
    case 'reasoning': {
      const isOwn = content.wire === 'anthropic-messages';
      if (isOwn && content.encrypted !== undefined) return { type: 'redacted_thinking', data: content.encrypted };
      const signature = isOwn ? (content.signature ?? '') : '';
      return content.text === '' && signature === '' ? undefined : thinkingBlock(content.text, signature);
    }
    case 'tool-call': {
      const input = parseJson(content.argumentsText);
      return toolUseBlock(content.id, content.name, isObject(input) ? input : {});
    }
    case 'opaque':
      return content.wire === 'anthropic-messages' ? asObject(content.value) : undefined;
    default:
      return undefined;
  }
}

export function textBlock(text: string, citations: JsonObject['citations'] = null): JsonObject {
  return { type: 'text', text, citations };
}

/** Reasoning of other providers is shown with an empty signature: the client can show it, and nobody takes it back. */
export function thinkingBlock(thinking: string, signature: string): JsonObject {
  return { type: 'thinking', thinking, signature };
}

export function toolUseBlock(id: string, name: string, input: JsonObject): JsonObject {
  return { type: 'tool_use', id, name, input, caller: { type: 'direct' } };
}
