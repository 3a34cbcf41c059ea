import type { Message } from '../../kernel/chat.ts';
import { asArray, asObject, type Json } from '../../kernel/json.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import { editBody } from '../edit-body.ts';
import { decodeClientRequest } from './client-request.ts';
import { encodeMessages } from './encode-messages.ts';

/** The chat request with earlier messages behind its own system and developer messages. */
export function withHistory(request: ClientRequest, history: readonly Message[]): ClientRequest {
  if (history.length === 0) return edited(request, undefined);
  const own = asArray(request.json.messages) ?? [];
  const first = own.findIndex((message) => !isInstruction(message));
  const at = first < 0 ? own.length : first;
  return edited(request, [...own.slice(0, at), ...encodeMessages(history, {}, new Set()), ...own.slice(at)]);
}

export function withOnly(request: ClientRequest, messages: readonly Message[]): ClientRequest {
  return edited(request, encodeMessages(messages, {}, new Set()));
}

function edited(request: ClientRequest, messages: Json[] | undefined): ClientRequest {
  return decodeClientRequest(...editBody(request, { set: { messages }, remove: ['conversation_id'] }));
}

function isInstruction(message: Json): boolean {
  const role = asObject(message)?.role;
  return role === 'system' || role === 'developer';
}
