import type { ChatClientProtocol } from '../../ports/protocol.ts';
import { decodeRequest } from './decode-request/decode-request.ts';
import { encodeError, encodeStreamError } from './encode-error.ts';
import { encodeReply } from './reply/encode-reply.ts';
import { MessageStreamEncoder } from './stream/stream-encoder.ts';

/** The Messages wire towards clients, in both API versions: 2023-06-01 and 2026-10-21. */
export const anthropicMessagesClient: ChatClientProtocol = {
  wire: 'anthropic-messages',
  decode: (body, json) => decodeRequest(body, json),
  encodeReply: (reply, _request, context) => encodeReply(reply, context),
  encoder: (_request, context) => new MessageStreamEncoder(context),
  encodeError,
  encodeStreamError,
};
