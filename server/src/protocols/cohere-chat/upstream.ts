import type { ChatUpstreamProtocol } from '../../ports/protocol.ts';
import { decodeReply } from './decode-reply.ts';
import { encodeRequest } from './encode-request.ts';
import { readError } from './read-error.ts';
import { CohereStreamDecoder } from './stream-decoder.ts';

/** Cohere's v2 chat. */
export const cohereChatUpstream: ChatUpstreamProtocol = {
  wire: 'cohere-chat',
  // No client of Weir speaks this wire, so there are no bytes of it to keep.
  forward: (request, context) => encodeRequest(request.chat(), context),
  encode: encodeRequest,
  decodeReply,
  decoder: () => new CohereStreamDecoder(),
  readError,
};
