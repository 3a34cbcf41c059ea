import type { Exchange } from '../../exchange.ts';
import type { JsonObject } from '../../json.ts';
import { answerTurn } from '../../mind/answer.ts';
import { countInputTokens } from '../../mind/input-tokens.ts';
import { checkMessagesRequest } from './messages-check.ts';
import { encodeMessage } from './messages-reply.ts';
import { streamMessage } from './messages-stream.ts';
import { readMessagesTurn } from './messages-turn.ts';
import { messagesUsage } from './messages-usage.ts';

export async function createMessage({ body, headers, world, reply }: Exchange): Promise<void> {
  const { message, outputTokens, stream } = answerMessage(body, headers['anthropic-version'], world.seed);
  return stream ? reply.events(streamMessage(message)) : reply.json(message, outputTokens);
}

export function answerMessage(
  body: unknown,
  version: unknown,
  seed: number,
): { message: JsonObject; outputTokens: number; stream: boolean } {
  checkMessagesRequest(body, version);
  const turn = readMessagesTurn(body);
  const answer = answerTurn(turn, seed);
  const message = encodeMessage(body, answer, messagesUsage(body, countInputTokens(turn), answer));
  return { message, outputTokens: answer.outputTokens, stream: body.stream === true };
}

export async function countMessageTokens({ body, headers, reply }: Exchange): Promise<void> {
  checkMessagesRequest(body, headers['anthropic-version'], true);
  return reply.json({ input_tokens: countInputTokens(readMessagesTurn(body)) });
}
