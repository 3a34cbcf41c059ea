import type { ChatReply, Choice, Content } from '../../kernel/chat.ts';
import { compact, type JsonObject } from '../../kernel/json.ts';
import type { ClientRequest, ReplyContext } from '../../ports/protocol.ts';
import { argumentsOf } from './encode-messages.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { encodeUsage } from './usage.ts';

export function encodeChatReply(reply: ChatReply, request: ClientRequest, context: ReplyContext): JsonObject {
  const legacy = wantsLegacyCalls(request.json);
  return {
    id: reply.id === '' ? `chatcmpl-${context.requestId}` : reply.id,
    object: 'chat.completion',
    created: reply.createdS === 0 ? context.createdS : reply.createdS,
    model: reply.model === '' ? (request.model ?? '') : reply.model,
    choices: reply.choices.map((choice) => encodeChoice(choice, legacy)),
    ...(reply.usage === undefined ? {} : { usage: encodeUsage(reply.usage) }),
  };
}

/** Clients of the retired `functions` field read `function_call` instead of `tool_calls`. */
export function wantsLegacyCalls(json: JsonObject): boolean {
  return json.functions !== undefined && json.tools === undefined;
}

function encodeChoice({ index, content, finishReason, logprobs }: Choice, legacy: boolean): JsonObject {
  const refusal = joined(content, 'refusal');
  const reason = encodeFinishReason(finishReason, { hasRefusal: refusal !== '' });
  return {
    index,
    message: encodeMessage(content, refusal, legacy),
    logprobs: logprobs ?? null,
    finish_reason: legacy && reason === 'tool_calls' ? 'function_call' : reason,
  };
}

function encodeMessage(content: readonly Content[], refusal: string, legacy: boolean): JsonObject {
  const text = joined(content, 'text');
  const reasoning = joined(content, 'reasoning');
  const calls = encodeCalls(content);
  const silent = text === '' && (calls.length > 0 || refusal !== '');
  return compact({
    role: 'assistant',
    content: silent ? null : text,
    refusal: refusal === '' ? null : refusal,
    // Not OpenAI's field, but the one that clients of reasoning models read on this wire.
    reasoning_content: reasoning === '' ? undefined : reasoning,
    tool_calls: calls.length === 0 || legacy ? undefined : calls,
    function_call: legacy ? calls[0]?.function : undefined,
  });
}

function encodeCalls(content: readonly Content[]): JsonObject[] {
  const calls: JsonObject[] = [];
  for (const item of content) {
    if (item.type === 'tool-call') {
      calls.push({ id: item.id, type: 'function', function: { name: item.name, arguments: argumentsOf(item) } });
    } else if (item.type === 'opaque' && item.wire === 'openai-chat' && item.name === 'custom_tool_call') {
      calls.push(item.value as JsonObject);
    }
  }
  return calls;
}

function joined(content: readonly Content[], type: 'text' | 'refusal' | 'reasoning'): string {
  let text = '';
  for (const item of content) if (item.type === type) text += item.text;
  return text;
}
