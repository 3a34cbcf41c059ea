import { invalidRequest } from '../../../kernel/errors.ts';
import { asObject, asString, type JsonObject } from '../../../kernel/json.ts';

/** The id in `conversation`, which the wire takes as text or as an object. Undefined: the request names none. */
export function conversationOf({ conversation }: JsonObject): string | undefined {
  if (conversation === undefined || conversation === null) return undefined;
  const id = asString(conversation) ?? asString(asObject(conversation)?.id);
  if (id === undefined || id === '') throw invalidRequest('conversation', 'expected the id of a conversation');
  return id;
}
