import type { ChatClientProtocol } from '../../ports/protocol.ts';
import { encodeOpenAiError, encodeOpenAiStreamError } from '../openai-chat/encode-error.ts';
import { relayChunk } from '../openai-chat/relay.ts';
import { withField } from '../with-field.ts';
import { decodeClientRequest } from './client-request.ts';
import { CompletionStreamEncoder, encodeCompletionReply } from './encode-reply.ts';
import { withPrompt } from './with-prompt.ts';

/** The client's face of the legacy /v1/completions. */
export const openaiCompletionsClient: ChatClientProtocol = {
  wire: 'openai-completions',
  decode: decodeClientRequest,
  withOutputLimit: (request, maxTokens) => decodeClientRequest(...withField(request, { max_tokens: maxTokens })),
  withPrompt,
  encodeReply: encodeCompletionReply,
  encoder: (request, context) => new CompletionStreamEncoder(request, context),
  relay: relayChunk,
  terminator: 'data: [DONE]\n\n',
  encodeError: encodeOpenAiError,
  encodeStreamError: encodeOpenAiStreamError,
};
