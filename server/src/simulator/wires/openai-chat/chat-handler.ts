import type { Exchange } from '../../exchange.ts';
import { isObject, numberOf } from '../../json.ts';
import { answerTurn } from '../../mind/answer.ts';
import { countInputTokens } from '../../mind/input-tokens.ts';
import { newId } from '../../new-id.ts';
import { checkChatRequest } from './chat-check.ts';
import type { ChatDialect } from './chat-dialect.ts';
import { type ChatReply, encodeChatReply } from './chat-reply.ts';
import { streamChatReply } from './chat-stream.ts';
import { readChatTurn } from './chat-turn.ts';

/** The chat completions endpoint of one dialect. */
export function chatHandler(dialect: ChatDialect): (exchange: Exchange) => Promise<void> {
  return async ({ body, world, requestId, reply }) => {
    const answered = answerChat(body, { dialect, seed: world.seed, requestId });
    if (isObject(body) && body.stream === true) return reply.events(streamChatReply(answered));
    return reply.json(encodeChatReply(answered), Math.max(...answered.answers.map((answer) => answer.outputTokens)));
  };
}

export function answerChat(
  body: unknown,
  { dialect, seed, requestId }: { dialect: ChatDialect; seed: number; requestId: string },
): ChatReply {
  checkChatRequest(body, dialect);
  const turn = readChatTurn(body, dialect);
  const choices = numberOf(body.n) ?? 1;
  const answers = Array.from({ length: choices }, (_, choice) => answerTurn(turn, seed, choice));
  return {
    id: newId('chatcmpl-'),
    created: Math.floor(Date.now() / 1000),
    model: dialect.reportedModel(turn.model),
    dialect,
    answers,
    usage: dialect.usage(countInputTokens(turn), answers),
    requestId,
    logprobs: body.logprobs === true,
    includeUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
  };
}
