import type { ChatUpstreamProtocol } from '../../ports/protocol.ts';
import { readErrorBody } from '../openai-chat/read-error.ts';
import { decodeReply } from './reply/decode-reply.ts';
import { encodeRequest } from './request/encode-request.ts';
import { forwardRequest } from './request/forward-request.ts';
import { ResponsesStreamDecoder } from './stream/stream-decoder.ts';

/** What a provider of the OpenAI Responses wire is sent and how its answers are read. */
export const openaiResponsesUpstream: ChatUpstreamProtocol = {
  wire: 'openai-responses',
  forward: forwardRequest,
  encode: encodeRequest,
  decodeReply,
  decoder: () => new ResponsesStreamDecoder(),
  readError: readErrorBody,
};
