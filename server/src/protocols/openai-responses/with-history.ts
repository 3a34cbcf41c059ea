import type { Message } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import { inputItemsOf, withInputItems } from './input-items.ts';
import { DroppedNames } from './request/dropped-names.ts';
import { encodeInput } from './request/encode-input.ts';

/** Conversations are kept here, whoever answers. */
const WEIRS_OWN = ['conversation_id', 'conversation'];

/** The request with earlier turns as items behind its own system and developer items. */
export function withHistory(request: ClientRequest, history: readonly Message[]): ClientRequest {
  const own = inputItemsOf(request);
  const first = own.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const at = first < 0 ? own.length : first;
  return withInputItems(request, [...own.slice(0, at), ...itemsOf(history), ...own.slice(at)], WEIRS_OWN);
}

/** What `instructions` said stands among the items. */
export function withOnly(request: ClientRequest, messages: readonly Message[]): ClientRequest {
  return withInputItems(request, itemsOf(messages), [...WEIRS_OWN, 'instructions']);
}

function itemsOf(messages: readonly Message[]): JsonObject[] {
  return encodeInput(messages, {}, new DroppedNames('openai-responses'));
}
