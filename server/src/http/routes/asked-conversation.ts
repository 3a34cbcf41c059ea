import type { IncomingHttpHeaders } from 'node:http';
import { invalidRequest } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CallConversation } from '../../ports/call.ts';
import type { ChatClientProtocol } from '../../ports/protocol.ts';

/**
 * The conversation that a request names in its body, by Weir's field or one of its wire, or, where that says nothing, in
 * `x-weir-conversation`.
 */
export function askedConversation(
  json: JsonObject,
  headers: IncomingHttpHeaders,
  protocol?: Pick<ChatClientProtocol, 'conversationOf'>,
): CallConversation | undefined {
  const asked = json.conversation_id ?? protocol?.conversationOf?.(json) ?? headers['x-weir-conversation'];
  if (asked === undefined) return undefined;
  if (typeof asked !== 'string' || asked === '')
    throw invalidRequest('conversation_id', 'expected the id of a conversation');
  return { id: asked };
}
