import type { ChatReply } from '../../kernel/chat.ts';
import { asArray, asNumber, asObject, type JsonObject } from '../../kernel/json.ts';
import { ReplyAssembler } from '../assemble-reply.ts';
import { failureEvent, unexpectedReply } from '../upstream-failure.ts';
import { readError } from './read-error.ts';
import { GeminiStreamDecoder } from './stream-decoder.ts';

/** A whole reply has the shape of a stream's event, so it is read as a stream of one. */
export function decodeReply(json: JsonObject): ChatReply {
  if (json.error !== undefined) throw failureEvent(asNumber(asObject(json.error)?.code) ?? 500, readError(json));
  if (asArray(json.candidates) === undefined && asObject(json.promptFeedback) === undefined) {
    throw unexpectedReply('it has no candidates');
  }
  const assembler = new ReplyAssembler();
  for (const part of new GeminiStreamDecoder().reply(json)) assembler.add(part);
  const reply = assembler.reply();
  if (reply.choices.length === 0) throw unexpectedReply('it has no candidates');
  return reply;
}
