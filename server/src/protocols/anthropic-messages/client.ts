import type { ChatClientProtocol } from '../../ports/protocol.ts';
import { withMessages } from '../with-messages.ts';
import { decodeRequest } from './decode-request/decode-request.ts';
import { encodeError, encodeStreamError } from './encode-error.ts';
import { encodeReply } from './reply/encode-reply.ts';
import { replaceBlockTexts } from './reply/replace-texts.ts';
import { eventText } from './stream/event-text.ts';
import { MessageStreamEncoder } from './stream/stream-encoder.ts';
import { withHistory, withOnly } from './with-history.ts';
import { withPrompt } from './with-prompt.ts';

/** The Messages wire towards clients, in both API versions: 2023-06-01 and 2026-10-21. */
export const anthropicMessagesClient: ChatClientProtocol = {
  wire: 'anthropic-messages',
  decode: (body, json) => decodeRequest(body, json),
  withTurns: (request, turns) => decodeRequest(...withMessages(request, turns)),
  withHistory,
  withOnly,
  withPrompt,
  // Some providers do not say which model answered; then it is the one that was asked.
  encodeReply: (reply, request, context) =>
    encodeReply({ ...reply, model: reply.model || (request.model ?? '') }, context),
  schemaField: 'output_config.format.schema',
  replaceTexts: replaceBlockTexts,
  encoder: (request, context) => new MessageStreamEncoder(context, request.model),
  terminator: eventText('message_stop', {}),
  encodeError,
  encodeStreamError,
};
