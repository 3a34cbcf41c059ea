import type { Message } from '../../kernel/chat.ts';
import { asArray, type Json, type JsonObject } from '../../kernel/json.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import { editBody } from '../edit-body.ts';
import { decodeRequest } from './decode-request/decode-request.ts';
import { encodeMessages } from './encode-request/encode-messages.ts';
import { Encoding } from './encode-request/encoding.ts';

/** The request with earlier messages in front of its own; what they say as system stands behind its own system prompt. */
export function withHistory(request: ClientRequest, history: readonly Message[]): ClientRequest {
  if (history.length === 0) return edited(request, {});
  const { json } = request;
  const { system, messages } = encodeMessages(history, new Encoding('anthropic-messages'));
  const isTalk = history.some(({ role }) => role !== 'system' && role !== 'developer');
  return edited(request, {
    ...(system === undefined ? {} : { system: joined(json.system, system) }),
    // Without a talk there would be nothing but the placeholder.
    ...(isTalk ? { messages: [...messages, ...(asArray(json.messages) ?? [])] } : {}),
  });
}

export function withOnly(request: ClientRequest, messages: readonly Message[]): ClientRequest {
  return edited(request, { ...encodeMessages(messages, new Encoding('anthropic-messages')) });
}

function edited(request: ClientRequest, set: JsonObject): ClientRequest {
  return decodeRequest(...editBody(request, { set, remove: ['conversation_id'] }));
}

/** Two system prompts one behind the other. */
export function joined(own: Json | undefined, earlier: Json): Json {
  return own === undefined || own === null ? earlier : [...blocks(own), ...blocks(earlier)];
}

function blocks(system: Json): Json[] {
  return typeof system === 'string' ? [{ type: 'text', text: system }] : (asArray(system) ?? []);
}
