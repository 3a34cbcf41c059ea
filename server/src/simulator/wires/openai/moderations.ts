import type { Exchange, Route } from '../../exchange.ts';
import { isObject, type JsonObject, objectsIn, stringOf } from '../../json.ts';
import { newId } from '../../new-id.ts';
import { openAiFamily as family, openAiFieldError, openAiRefusal } from './family.ts';

const CATEGORIES: Readonly<Record<string, RegExp>> = {
  harassment: /\b(idiot|stupid|loser)\b/i,
  'harassment/threatening': /\bi will hurt you\b/i,
  hate: /\bhate (them|those people)\b/i,
  'hate/threatening': /\bwipe (them|those people) out\b/i,
  illicit: /\b(counterfeit|steal a car)\b/i,
  'illicit/violent': /\bbuild a bomb\b/i,
  'self-harm': /\b(hurt|harm|kill) myself\b/i,
  'self-harm/intent': /\bi want to (hurt|harm|kill) myself\b/i,
  'self-harm/instructions': /\bhow to (hurt|harm|kill) myself\b/i,
  sexual: /\bexplicit sex\b/i,
  'sexual/minors': /\bsexual\b.*\bminor\b/i,
  violence: /\b(kill|murder|attack|bomb)\b/i,
  'violence/graphic': /\bblood everywhere\b/i,
};

export const moderationsRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/moderations',
    family,
    handle: async ({ body, reply }: Exchange) => reply.json(answerModeration(body)),
  },
];

export function answerModeration(body: unknown): JsonObject {
  if (!isObject(body)) throw openAiRefusal('The request body must be a JSON object.', 'body');
  const { input } = body;
  if (input === undefined || input === null) {
    throw openAiFieldError({ path: 'input', problem: 'missing', expected: 'a string or an array', got: 'nothing' });
  }
  if (typeof input !== 'string' && !Array.isArray(input)) {
    throw openAiFieldError({
      path: 'input',
      problem: 'type',
      expected: 'a string or an array',
      got: `a ${typeof input}`,
    });
  }
  const model = stringOf(body.model) ?? 'omni-moderation-latest';
  return { id: newId('modr-'), model, results: textsOf(input).map(moderate) };
}

function textsOf(input: unknown): string[] {
  if (typeof input === 'string') return [input];
  const parts = objectsIn(input);
  if (parts.length > 0) return [parts.map((part) => stringOf(part.text) ?? '').join('\n')];
  return (input as unknown[]).map(String);
}

function moderate(text: string): JsonObject {
  const hits = Object.entries(CATEGORIES).map(([category, words]) => [category, words.test(text)] as const);
  return {
    flagged: hits.some(([, hit]) => hit),
    categories: Object.fromEntries(hits),
    category_scores: Object.fromEntries(hits.map(([category, hit]) => [category, hit ? 0.93 : 0.0004])),
    category_applied_input_types: Object.fromEntries(hits.map(([category]) => [category, ['text']])),
  };
}
