import type { ChatUpstreamProtocol } from '../../ports/protocol.ts';
import { decodeReply } from './decode-reply.ts';
import { encodeRequest } from './encode-request.ts';
import { readError } from './read-error.ts';
import { GeminiStreamDecoder } from './stream-decoder.ts';

/** Google's generateContent, as the Gemini API and Vertex AI speak it. */
export const geminiGenerateUpstream: ChatUpstreamProtocol = {
  wire: 'gemini-generate',
  // No client of Weir speaks this wire, so there are no bytes of it to keep.
  forward: (request, context) => encodeRequest(request.chat(), context),
  encode: encodeRequest,
  decodeReply,
  decoder: () => new GeminiStreamDecoder(),
  readError,
};
