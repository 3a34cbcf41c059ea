import { invalidRequest } from '../../../kernel/errors.ts';
import { asArray, type Json, parseJson } from '../../../kernel/json.ts';
import type { Evaluator } from '../../../ports/evaluator.ts';
import { bestPairs } from './best-pairs.ts';
import { textSimilarity } from './levenshtein.ts';
import { textOf } from './text-of.ts';

const MAX_ENTRIES = 100;

/**
 * How well two lists cover each other: entries are paired so that the sum of their likeness is largest, and that sum is divided
 * by the length of the longer list. Option `allowExtra`: entries that nobody expects cost nothing.
 */
export const listContains: Evaluator = {
  name: 'list-contains',
  about: 'How well a list covers the expected one, in any order (allowExtra)',
  asksModel: false,
  score({ value, expected, options }) {
    const wanted = listOf(expected);
    if (wanted === undefined) throw invalidRequest('expected', 'the evaluator list-contains needs a list');
    const given = listOf(value);
    if (given === undefined) return { score: 0, reason: 'the output is no list' };
    if (Math.max(given.length, wanted.length) > MAX_ENTRIES) {
      throw invalidRequest('expected', `lists of more than ${MAX_ENTRIES} entries are too long to pair`);
    }
    if (given.length === 0 && wanted.length === 0) return { score: 1 };
    if (given.length === 0 || wanted.length === 0)
      return { score: wanted.length === 0 && options.allowExtra === true ? 1 : 0 };
    const likeness = wanted.map((entry) => given.map((own) => textSimilarity(textOf(own), textOf(entry))));
    const whole = options.allowExtra === true ? wanted.length : Math.max(wanted.length, given.length);
    return { score: bestPairs(likeness) / whole };
  },
};

function listOf(value: Json): Json[] | undefined {
  return asArray(typeof value === 'string' ? parseJson(value) : value);
}
