import type { ChatUpstreamProtocol } from '../../ports/protocol.ts';
import { decodeReply } from './decode-reply.ts';
import { encodeRequest } from './encode-request.ts';
import { forwardRequest } from './forward-request.ts';
import { MessageStreamDecoder } from './stream-decoder.ts';
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
