import type { ChatClientProtocol } from '../../ports/protocol.ts';
import { withField } from '../with-field.ts';
import { withMessages } from '../with-messages.ts';
import { decodeClientRequest } from './client-request.ts';
import { encodeOpenAiError, encodeOpenAiStreamError } from './encode-error.ts';
import { encodeChatReply } from './encode-reply.ts';
import { relayChunk } from './relay.ts';
import { replaceChatTexts } from './replace-texts.ts';
import { OpenAiChatStreamEncoder } from './stream-encoder.ts';
import { withHistory, withOnly } from './with-history.ts';
import { withPrompt } from './with-prompt.ts';

/** The client's face of /v1/chat/completions. */
export const openaiChatClient: ChatClientProtocol = {
  wire: 'openai-chat',
  decode: decodeClientRequest,
  withOutputLimit: (request, maxTokens) => decodeClientRequest(...withField(request, { max_tokens: maxTokens })),
  withTurns: (request, turns) => decodeClientRequest(...withMessages(request, turns)),
  withHistory,
  withOnly,
  withPrompt,
  encodeReply: encodeChatReply,
  encoder: (request, context) => new OpenAiChatStreamEncoder(request, context),
  relay: relayChunk,
  schemaField: 'response_format.json_schema.schema',
  replaceTexts: replaceChatTexts,
  terminator: 'data: [DONE]\n\n',
  encodeError: encodeOpenAiError,
  encodeStreamError: encodeOpenAiStreamError,
};
