import { isObject, type Json, parseJson } from '../../../kernel/json.ts';
import type { Evaluator } from '../../../ports/evaluator.ts';
import { textSimilarity } from './levenshtein.ts';
import { nearness } from './numeric-diff.ts';

/** How alike two JSON values are: members and elements count alike, texts by edits, numbers by nearness. Texts are parsed. */
export const jsonDiff: Evaluator = {
  name: 'json-diff',
  about: 'How alike two JSON values are, member by member',
  asksModel: false,
  score({ value, expected }) {
    const given = typeof value === 'string' ? parseJson(value) : value;
    if (given === undefined) return { score: 0, reason: 'the output is no JSON' };
    const wanted = typeof expected === 'string' ? (parseJson(expected) ?? expected) : expected;
    return { score: alike(given, wanted) };
  },
};

function alike(one: Json, other: Json): number {
  if (isObject(one) && isObject(other)) {
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return mean(names.map((name) => alike(memberOf(one, name), memberOf(other, name))));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    const [a, b] = [one, other];
    const length = Math.max(a.length, b.length);
    return mean(
      Array.from({ length }, (_, at) => (at < a.length && at < b.length ? alike(a[at] ?? null, b[at] ?? null) : 0)),
    );
  }
  if (typeof one === 'string' && typeof other === 'string') return textSimilarity(one, other);
  if (typeof one === 'number' && typeof other === 'number') return nearness(one, other);
  if (one === null || other === null) return one === other ? 1 : 0;
  return textSimilarity(JSON.stringify(one), JSON.stringify(other));
}

function memberOf(object: { readonly [name: string]: Json | undefined }, name: string): Json {
  return Object.hasOwn(object, name) ? (object[name] ?? null) : null;
}

/** Two empty things are the same. */
function mean(scores: readonly number[]): number {
  return scores.length === 0 ? 1 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
