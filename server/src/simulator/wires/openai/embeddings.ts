import { checkFields, type FieldRule } from '../../check-fields.ts';
import type { Exchange, Route } from '../../exchange.ts';
import { isObject, type JsonObject, numberOf, stringOf } from '../../json.ts';
import { embedText } from '../../mind/embedding.ts';
import { countTokens } from '../../mind/tokens.ts';
import { unknownModel } from '../openai-chat/chat-check.ts';
import { openAiFamily as family, openAiFieldError, openAiRefusal } from './family.ts';

const FIELDS: readonly FieldRule[] = [
  { name: 'model', kinds: ['string'], required: true },
  { name: 'input', kinds: ['string', 'array'], required: true, min: 1, max: 2048 },
  { name: 'dimensions', kinds: ['integer'], min: 1, max: 3072 },
  { name: 'encoding_format', kinds: ['string'] },
  { name: 'user', kinds: ['string'] },
];

export const embeddingsRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/embeddings',
    family,
    handle: async ({ body, reply }: Exchange) => reply.json(answerEmbeddings(body)),
  },
];

export function answerEmbeddings(body: unknown): JsonObject {
  if (!isObject(body)) throw openAiRefusal('The request body must be a JSON object.', 'body');
  const problem = checkFields(body, FIELDS);
  if (problem) throw openAiFieldError(problem);
  const model = stringOf(body.model) ?? '';
  if (model === 'missing-model') throw unknownModel(model);
  const dimensions = numberOf(body.dimensions) ?? (model === 'text-embedding-3-large' ? 3072 : 1536);
  const inputs = readInputs(body.input);
  const tokens = inputs.reduce((sum, input) => sum + input.tokens, 0);
  return {
    object: 'list',
    data: inputs.map(({ text }, index) => {
      const vector = embedText(text, dimensions);
      return { object: 'embedding', index, embedding: body.encoding_format === 'base64' ? asBase64(vector) : vector };
    }),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Texts, or token lists, alone or several. */
function readInputs(input: unknown): { text: string; tokens: number }[] {
  const list = Array.isArray(input) && typeof input[0] !== 'number' ? (input as unknown[]) : [input];
  return list.map((each) => {
    if (Array.isArray(each)) return { text: each.join(' '), tokens: each.length };
    if (typeof each === 'string' && each !== '') return { text: each, tokens: countTokens(each) };
    throw openAiRefusal("'input' must hold texts that are not empty, or lists of token numbers.", 'input');
  });
}

function asBase64(vector: number[]): string {
  return Buffer.from(new Float32Array(vector).buffer).toString('base64');
}
