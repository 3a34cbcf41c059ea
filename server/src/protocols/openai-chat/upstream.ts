import type { ChatUpstreamProtocol } from '../../ports/protocol.ts';
import { decodeChatReply } from './decode-reply.ts';
import { encodeChatRequest } from './encode-request.ts';
import { forwardChatRequest } from './forward-request.ts';
import { readErrorBody } from './read-error.ts';
import { OpenAiChatStreamDecoder } from './stream-decoder.ts';

/** The provider's face of /v1/chat/completions: OpenAI and everything compatible with it. */
export const openaiChatUpstream: ChatUpstreamProtocol = {
  wire: 'openai-chat',
  forward: forwardChatRequest,
  encode: encodeChatRequest,
  decodeReply: decodeChatReply,
  decoder: () => new OpenAiChatStreamDecoder(),
  readError: readErrorBody,
};
