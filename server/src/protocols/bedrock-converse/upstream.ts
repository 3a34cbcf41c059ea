import type { ChatUpstreamProtocol } from '../../ports/protocol.ts';
import { decodeReply } from './decode-reply.ts';
import { encodeRequest } from './encode-request.ts';
import { readError } from './read-error.ts';
import { ConverseStreamDecoder } from './stream-decoder.ts';

/** Bedrock's Converse, one wire for the models of many vendors. */
export const bedrockConverseUpstream: ChatUpstreamProtocol = {
  wire: 'bedrock-converse',
  // No client of Weir speaks this wire, so there are no bytes of it to keep.
  forward: (request, context) => encodeRequest(request.chat(), context),
  encode: encodeRequest,
  decodeReply,
  decoder: () => new ConverseStreamDecoder(),
  readError,
};
