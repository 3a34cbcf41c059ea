import type { IncomingHttpHeaders } from 'node:http';
import { invalidRequest } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CallConversation } from '../../ports/call.ts';

/** The conversation that a request names in its body or, where that says nothing, in `x-weir-conversation`. */
export function askedConversation(json: JsonObject, headers: IncomingHttpHeaders): CallConversation | undefined {
  const asked = json.conversation_id ?? headers['x-weir-conversation'];
  if (asked === undefined) return undefined;
  if (typeof asked !== 'string' || asked === '')
    throw invalidRequest('conversation_id', 'expected the id of a conversation');
  return { id: asked };
}
