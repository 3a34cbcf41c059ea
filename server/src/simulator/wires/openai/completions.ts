import { checkFields, type FieldRule } from '../../check-fields.ts';
import type { Exchange, Route } from '../../exchange.ts';
import { isObject, type JsonObject, numberOf, stringOf } from '../../json.ts';
import { answerTurn } from '../../mind/answer.ts';
import { countInputTokens } from '../../mind/input-tokens.ts';
import { cutIntoTokens } from '../../mind/tokens.ts';
import type { Turn } from '../../mind/turn.ts';
import { newId } from '../../new-id.ts';
import type { StreamEvent } from '../../stream-event.ts';
import { unknownModel } from '../openai-chat/chat-check.ts';
import { readStop } from '../openai-chat/chat-turn.ts';
import { openAiFamily as family, openAiFieldError, openAiRefusal } from './family.ts';
import { datedModel } from './openai-dialect.ts';

const FIELDS: readonly FieldRule[] = [
  { name: 'model', kinds: ['string'], required: true },
  { name: 'prompt', kinds: ['string', 'array'], required: true },
  { name: 'max_tokens', kinds: ['integer'], min: 0 },
  { name: 'temperature', kinds: ['number'], min: 0, max: 2 },
  { name: 'n', kinds: ['integer'], min: 1, max: 128 },
  { name: 'stream', kinds: ['boolean'] },
  { name: 'stop', kinds: ['string', 'array'] },
  { name: 'echo', kinds: ['boolean'] },
];

const DEFAULT_MAX_TOKENS = 16;

export const completionsRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/completions', family, handle: complete },
];

export async function complete({ body, world, reply }: Exchange): Promise<void> {
  const answered = answerCompletion(body, world.seed);
  if (!isObject(body) || body.stream !== true) return reply.json(answered, DEFAULT_MAX_TOKENS);
  const options = isObject(body.stream_options) ? body.stream_options : {};
  return reply.events(streamCompletion(answered, options.include_usage === true));
}

export function answerCompletion(body: unknown, seed: number): JsonObject {
  if (!isObject(body)) throw openAiRefusal('The request body must be a JSON object.', 'body');
  const problem = checkFields(body, FIELDS);
  if (problem) throw openAiFieldError(problem);
  const model = stringOf(body.model) ?? '';
  if (model === 'missing-model') throw unknownModel(model);
  const prompts = typeof body.prompt === 'string' ? [body.prompt] : (body.prompt as unknown[]).map(String);
  const turns = prompts.map((prompt) => readTurn(model, prompt, body));
  const answers = turns.flatMap((turn) =>
    Array.from({ length: numberOf(body.n) ?? 1 }, (_, choice) => ({ turn, answer: answerTurn(turn, seed, choice) })),
  );
  const input = turns.reduce((sum, turn) => sum + countInputTokens(turn), 0);
  const output = answers.reduce((sum, { answer }) => sum + answer.outputTokens, 0);
  return {
    id: newId('cmpl-'),
    object: 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: datedModel(model),
    choices: answers.map(({ turn, answer }, index) => ({
      text: (body.echo === true ? (turn.messages[0]?.text ?? '') : '') + answer.text,
      index,
      logprobs: null,
      finish_reason: answer.finish === 'length' ? 'length' : 'stop',
    })),
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  };
}

function readTurn(model: string, prompt: string, body: JsonObject): Turn {
  return {
    model,
    messages: [{ role: 'user', text: prompt, media: [] }],
    tools: [],
    toolChoice: 'none',
    parallelCalls: false,
    jsonMode: false,
    reasoning: false,
    maxTokens: numberOf(body.max_tokens) ?? DEFAULT_MAX_TOKENS,
    stop: readStop(body.stop),
    talksBeforeCalls: false,
  };
}

function* streamCompletion({ usage, ...whole }: JsonObject, includeUsage: boolean): Generator<StreamEvent> {
  const choices = (whole.choices as JsonObject[]) ?? [];
  for (const choice of choices) {
    for (const text of cutIntoTokens(String(choice.text))) {
      yield { data: { ...whole, choices: [{ ...choice, text, finish_reason: null }] }, kind: 'content' };
    }
    yield { data: { ...whole, choices: [{ ...choice, text: '' }] }, kind: 'finish' };
  }
  if (includeUsage) yield { data: { ...whole, choices: [], usage }, kind: 'finish' };
  yield { data: '[DONE]', kind: 'terminator' };
}
