import type { ChatClientProtocol } from '../../ports/protocol.ts';
import { encodeOpenAiError } from '../openai-chat/encode-error.ts';
import { withField } from '../with-field.ts';
import { conversationOf } from './conversation/conversation-of.ts';
import { inputItemsOf, turnItem, withInputItems } from './input-items.ts';
import { encodeErrorEvent } from './reply/encode-error-event.ts';
import { encodeReply } from './reply/encode-reply.ts';
import { replaceOutputTexts } from './reply/replace-texts.ts';
import { decodeClientRequest } from './request/decode-client-request.ts';
import { ResponsesStreamEncoder } from './stream/stream-encoder.ts';
import { withHistory, withOnly } from './with-history.ts';
import { withPrompt } from './with-prompt.ts';

/** What clients of the OpenAI Responses API send and are answered. */
export const openaiResponsesClient: ChatClientProtocol = {
  wire: 'openai-responses',
  decode: (body, json) => decodeClientRequest(body, json),
  withOutputLimit: (request, maxTokens) => decodeClientRequest(...withField(request, { max_output_tokens: maxTokens })),
  withTurns: (request, turns) => withInputItems(request, [...inputItemsOf(request), ...turns.map(turnItem)]),
  withHistory,
  withOnly,
  withPrompt,
  conversationOf,
  encodeReply,
  schemaField: 'text.format.schema',
  replaceTexts: replaceOutputTexts,
  encoder: (request, context) => new ResponsesStreamEncoder(request, context),
  encodeError: (error) => encodeOpenAiError(error),
  // Without the encoder's count the number cannot follow on; encoders that know it offer `fail`.
  encodeStreamError: (error) => encodeErrorEvent(error, 0),
};
