import type { ChatUpstreamProtocol } from '../../ports/protocol.ts';
import { encodeRequest } from './encode-request/encode-request.ts';
import { forwardRequest } from './encode-request/forward-request.ts';
import { decodeReply } from './reply/decode-reply.ts';
import { MessageStreamDecoder } from './stream/stream-decoder.ts';
import { readError } from './upstream-error.ts';

/** The Messages wire towards providers: Anthropic, and Claude on other clouds. */
export const anthropicMessagesUpstream: ChatUpstreamProtocol = {
  wire: 'anthropic-messages',
  forward: forwardRequest,
  encode: encodeRequest,
  decodeReply,
  decoder: () => new MessageStreamDecoder(),
  readError,
};
