import type { ChatUpstreamProtocol } from '../../ports/protocol.ts';
import { forwardChatRequest } from '../openai-chat/forward-request.ts';
import { openaiChatUpstream } from '../openai-chat/upstream.ts';
import { encodeCompletionRequest } from './encode-request.ts';

/**
 * The provider's face of the legacy /v1/completions, for providers that have it. Replies and chunks differ from chat
 * only in `text` instead of a message, which the chat readers know.
 */
export const openaiCompletionsUpstream: ChatUpstreamProtocol = {
  ...openaiChatUpstream,
  wire: 'openai-completions',
  forward: forwardChatRequest,
  encode: encodeCompletionRequest,
};
