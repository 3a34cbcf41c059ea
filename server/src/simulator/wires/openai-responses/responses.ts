import type { Exchange, Route } from '../../exchange.ts';
import { isObject, type JsonObject, numberOf, stringOf } from '../../json.ts';
import { answerTurn } from '../../mind/answer.ts';
import { countInputTokens } from '../../mind/input-tokens.ts';
import type { StoredResponse } from '../../stored-objects.ts';
import type { World } from '../../world.ts';
import { openAiFamily as family, openAiNotFound, openAiRefusal } from '../openai/family.ts';
import { checkResponsesRequest, checkToolOutputs } from './responses-check.ts';
import { inputItems, readResponsesTurn } from './responses-input.ts';
import { finishedResponse, outputItems, startedResponse } from './responses-reply.ts';
import { ResponsesEvents } from './responses-stream.ts';

export const responsesRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/responses', family, handle: createResponse },
  { method: 'POST', path: '/v1/responses/input_tokens', family, handle: countTokens },
  {
    method: 'GET',
    path: '/v1/responses/:id',
    family,
    handle: (exchange) => exchange.reply.json(stored(exchange).response),
  },
  { method: 'DELETE', path: '/v1/responses/:id', family, handle: deleteResponse },
  { method: 'GET', path: '/v1/responses/:id/input_items', family, handle: listInputItems },
];

async function createResponse({ body, world, reply }: Exchange): Promise<void> {
  const { started, finished, outputTokens } = answerResponses(body, world);
  if (!isObject(body) || body.stream !== true) return reply.json(finished, outputTokens);
  const events = new ResponsesEvents();
  const errorEvent = () =>
    events.event(
      'error',
      { code: 'server_error', message: 'The model is overloaded, try again later.', param: null },
      'terminator',
    );
  return reply.events(events.stream(started, finished), errorEvent);
}

/** Answers and, unless `store` is false, keeps the response. */
export function answerResponses(
  body: unknown,
  world: World,
): { started: JsonObject; finished: JsonObject; outputTokens: number } {
  checkResponsesRequest(body);
  const items = inputItems(body.input);
  const history = [...earlierItems(body, world), ...items];
  checkToolOutputs(history);
  const turn = readResponsesTurn(body, history);
  const answer = answerTurn(turn, world.seed);
  const output = outputItems(answer, body);
  const started = startedResponse(body);
  const finished = finishedResponse(started, { answer, output, input: countInputTokens(turn) });
  if (body.store !== false) {
    world.responses.put(String(finished.id), {
      response: finished,
      inputItems: items,
      history: [...history, ...output],
    });
  }
  return { started, finished, outputTokens: answer.outputTokens };
}

function earlierItems(body: JsonObject, world: World): JsonObject[] {
  const previous = stringOf(body.previous_response_id);
  if (previous === undefined) return [];
  const found = world.responses.get(previous);
  if (found) return found.history;
  throw openAiRefusal(
    `Previous response with id '${previous}' not found.`,
    'previous_response_id',
    'previous_response_not_found',
  );
}

async function countTokens({ body, world, reply }: Exchange): Promise<void> {
  checkResponsesRequest(body);
  const turn = readResponsesTurn(body, [...earlierItems(body, world), ...inputItems(body.input)]);
  return reply.json({ object: 'response.input_tokens', input_tokens: countInputTokens(turn) });
}

function stored({ params, world }: Exchange): StoredResponse {
  const found = world.responses.get(params.id ?? '');
  if (!found) throw openAiNotFound(`Response with id '${params.id}'`, 'response_id');
  return found;
}

async function deleteResponse(exchange: Exchange): Promise<void> {
  stored(exchange);
  exchange.world.responses.delete(exchange.params.id ?? '');
  return exchange.reply.json({ id: exchange.params.id, object: 'response', deleted: true });
}

async function listInputItems(exchange: Exchange): Promise<void> {
  const limit = numberOf(Number(exchange.query.get('limit') ?? 20)) ?? 20;
  const items = [...stored(exchange).inputItems];
  if (exchange.query.get('order') !== 'asc') items.reverse();
  const data = items.slice(0, limit);
  return exchange.reply.json({
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: items.length > data.length,
  });
}
