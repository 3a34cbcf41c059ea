import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange, Route } from '../../exchange.ts';
import { answerTurn } from '../../mind/answer.ts';
import { countInputTokens } from '../../mind/input-tokens.ts';
import { anthropicFamily as family } from './family.ts';
import { checkMessagesRequest } from './messages-check.ts';
import { encodeMessage } from './messages-reply.ts';
import { streamMessage } from './messages-stream.ts';
import { readMessagesTurn } from './messages-turn.ts';
import { messagesUsage } from './messages-usage.ts';
import { anthropicModel, listAnthropicModels } from './models.ts';

const speaksAnthropic = (headers: IncomingHttpHeaders) => headers['anthropic-version'] !== undefined;

/** `/v1/models` is shared ground: the `anthropic-version` header makes it Anthropic's. */
export const anthropicRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/messages', family, handle: createMessage },
  { method: 'POST', path: '/v1/messages/count_tokens', family, handle: countTokens },
  { method: 'GET', path: '/v1/models', family, when: speaksAnthropic, handle: listAnthropicModels },
  { method: 'GET', path: '/v1/models/:id*', family, when: speaksAnthropic, handle: anthropicModel },
];

async function createMessage({ body, headers, world, reply }: Exchange): Promise<void> {
  checkMessagesRequest(body, headers['anthropic-version']);
  const turn = readMessagesTurn(body);
  const answer = answerTurn(turn, world.seed);
  const message = encodeMessage(body, answer, messagesUsage(body, countInputTokens(turn), answer));
  return body.stream === true ? reply.events(streamMessage(message)) : reply.json(message, answer.outputTokens);
}

async function countTokens({ body, headers, reply }: Exchange): Promise<void> {
  checkMessagesRequest(body, headers['anthropic-version'], true);
  return reply.json({ input_tokens: countInputTokens(readMessagesTurn(body)) });
}
