import { createHash } from 'node:crypto';
import type { Content, Message } from '../../kernel/chat.ts';
import { asObject, type Json, type JsonObject } from '../../kernel/json.ts';

const OWN_ID = /^[a-zA-Z0-9]{9}$/;

/** Mistral takes ids of nine letters and digits only; a call and its results are renamed alike. */
export function shortCallId(id: string): string {
  return OWN_ID.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 9);
}

/** Messages of a conversation that other providers may have had their part in. */
export function withShortIds(messages: readonly Message[]): readonly Message[] {
  return messages.map((message) => ({ ...message, content: message.content.map(renameContent) }));
}

function renameContent(content: Content): Content {
  if (content.type === 'tool-call') return { ...content, id: shortCallId(content.id) };
  return content.type === 'tool-result' ? { ...content, toolCallId: shortCallId(content.toolCallId) } : content;
}

/** The same for messages as OpenAI clients write them, without their developer role; undefined when all ids fit. */
export function jsonWithShortIds(messages: Json | undefined): Json[] | undefined {
  if (!Array.isArray(messages) || !messages.some(hasForeignId)) return undefined;
  return messages.map((message) => renameMessage(asObject(message) ?? {}));
}

function hasForeignId(message: Json): boolean {
  return idsOf(asObject(message) ?? {}).some((id) => !OWN_ID.test(id));
}

function idsOf({ tool_call_id: answered, tool_calls: calls }: JsonObject): string[] {
  const ids = Array.isArray(calls) ? calls.map((call) => asObject(call)?.id) : [];
  return [answered, ...ids].filter((id) => typeof id === 'string');
}

function renameMessage(message: JsonObject): JsonObject {
  const { tool_call_id: answered, tool_calls: calls } = message;
  return {
    ...message,
    ...(message.role === 'developer' ? { role: 'system' } : {}),
    ...(typeof answered === 'string' ? { tool_call_id: shortCallId(answered) } : {}),
    ...(Array.isArray(calls) ? { tool_calls: calls.map(renameCall) } : {}),
  };
}

function renameCall(call: Json): Json {
  const object = asObject(call);
  return typeof object?.id === 'string' ? { ...object, id: shortCallId(object.id) } : call;
}
