import type { ChatReply } from '../../../kernel/chat.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { ClientRequest, ReplyContext } from '../../../ports/protocol.ts';
import { partsOf } from '../../assemble-reply.ts';
import { ResponseBuilder } from './response-builder.ts';

/** A whole reply is the end of the stream it could have been. */
export function encodeReply(reply: ChatReply, request: ClientRequest, context: ReplyContext): JsonObject {
  const builder = new ResponseBuilder(request, context, () => {});
  for (const part of partsOf(reply)) builder.add(part);
  return builder.response();
}
