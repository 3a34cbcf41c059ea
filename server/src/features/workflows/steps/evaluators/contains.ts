import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../../../kernel/json.ts';
import type { Evaluator } from './evaluator.ts';

/** The share of what is expected (one thing or a list) that the text or list contains. Option `ignoreCase` is for texts. */
export const contains: Evaluator = {
  name: 'contains',
  asksModel: false,
  score({ value, expected, options }) {
    const wanted = Array.isArray(expected) ? expected : [expected];
    const missing = wanted.filter((item) => !holds(value, item, options.ignoreCase === true));
    const score = wanted.length === 0 ? 1 : 1 - missing.length / wanted.length;
    return missing.length === 0 ? { score } : { score, reason: `${missing.length} of ${wanted.length} are missing` };
  },
};

function holds(value: Json, item: Json, ignoreCase: boolean): boolean {
  if (Array.isArray(value)) return value.some((own) => isDeepStrictEqual(own, item));
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  return fold(textOf(value)).includes(fold(textOf(item)));
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
