import { isDeepStrictEqual } from 'node:util';
import { invalidRequest } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import type { Evaluator } from '../../../ports/evaluator.ts';
import { textOf } from './text-of.ts';

/** The share of what is expected (one thing or a list) that the text or list contains. Option `ignoreCase` is for texts. */
export const contains: Evaluator = {
  name: 'contains',
  about: 'The share of what is expected, one thing or a list, that the output contains (ignoreCase)',
  asksModel: false,
  score({ value, expected, options }) {
    const wanted = Array.isArray(expected) ? expected : [expected];
    const missing = wanted.filter((item) => !holds(value, item, options.ignoreCase === true));
    const score = wanted.length === 0 ? 1 : 1 - missing.length / wanted.length;
    return missing.length === 0 ? { score } : { score, reason: `${missing.length} of ${wanted.length} are missing` };
  },
};

/** 1 when the output contains at least one thing of the list. Option `ignoreCase` is for texts. */
export const containsAny: Evaluator = {
  name: 'contains-any',
  about: 'The output contains at least one thing of a list (ignoreCase)',
  asksModel: false,
  score({ value, expected, options }) {
    const wanted = Array.isArray(expected) ? expected : [expected];
    return { score: wanted.some((item) => holds(value, item, options.ignoreCase === true)) ? 1 : 0 };
  },
};

/** 1 when the text begins with what is expected. Option `ignoreCase`. */
export const startsWith: Evaluator = {
  name: 'starts-with',
  about: 'The text begins with what is expected (ignoreCase)',
  asksModel: false,
  score({ value, expected, options }) {
    if (typeof expected !== 'string') throw invalidRequest('expected', 'the evaluator starts-with needs a text');
    const fold = (text: string) => (options.ignoreCase === true ? text.toLowerCase() : text);
    return { score: fold(textOf(value)).startsWith(fold(expected)) ? 1 : 0 };
  },
};

function holds(value: Json, item: Json, ignoreCase: boolean): boolean {
  if (Array.isArray(value)) return value.some((own) => isDeepStrictEqual(own, item));
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  return fold(textOf(value)).includes(fold(textOf(item)));
}
