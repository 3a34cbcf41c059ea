import type { JsonObject } from '../../json.ts';
import { cutIntoTokens } from '../../mind/tokens.ts';
import type { Answer, ToolCall } from '../../mind/turn.ts';
import { newId } from '../../new-id.ts';
import type { ChatDialect } from './chat-dialect.ts';

/** What every chat reply needs, whole or streamed. */
export interface ChatReply {
  id: string;
  created: number;
  model: string;
  dialect: ChatDialect;
  answers: readonly Answer[];
  usage: JsonObject;
  requestId: string;
  logprobs: boolean;
  /** True when the caller wants the usage chunk at the end of a stream. */
  includeUsage: boolean;
}

const FINISH_REASONS = { stop: 'stop', length: 'length', tool: 'tool_calls' } as const;

export function encodeChatReply(reply: ChatReply): JsonObject {
  return {
    id: reply.id,
    object: 'chat.completion',
    created: reply.created,
    model: reply.model,
    choices: reply.answers.map((answer, index) => ({
      index,
      message: encodeMessage(answer, reply.dialect),
      logprobs: reply.logprobs ? { content: cutIntoTokens(answer.text).map(logprobOf), refusal: null } : null,
      finish_reason: finishReason(answer),
    })),
    usage: reply.usage,
    ...reply.dialect.everywhere,
    ...reply.dialect.replyExtras?.(reply.requestId),
  };
}

export function finishReason(answer: Answer): string {
  return FINISH_REASONS[answer.finish];
}

export function encodeToolCall(call: ToolCall): JsonObject {
  const id = newId('call_');
  return call.kind === 'custom'
    ? { id, type: 'custom', custom: { name: call.name, input: call.input } }
    : { id, type: 'function', function: { name: call.name, arguments: call.input } };
}

export function logprobOf(token: string): JsonObject {
  return { token, logprob: -0.25, bytes: [...Buffer.from(token)], top_logprobs: [] };
}

function encodeMessage(answer: Answer, dialect: ChatDialect): JsonObject {
  const calling = answer.calls.length > 0;
  return {
    role: 'assistant',
    content: calling && answer.text === '' ? null : answer.text,
    ...(dialect.family.name === 'openai' ? { refusal: null, annotations: [] } : {}),
    ...(dialect.thinkingField && answer.thinking !== '' ? { [dialect.thinkingField]: answer.thinking } : {}),
    ...(calling ? { tool_calls: answer.calls.map(encodeToolCall) } : {}),
  };
}
