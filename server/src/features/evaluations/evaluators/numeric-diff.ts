import { invalidRequest } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import type { Evaluator } from '../../../ports/evaluator.ts';

/** How near two numbers are: 1 minus their distance by the sum of their sizes. A text that is a number counts as one. */
export const numericDiff: Evaluator = {
  name: 'numeric-diff',
  about: 'How near two numbers are: 1 minus distance by the sum of their sizes',
  asksModel: false,
  score({ value, expected }) {
    const wanted = numberOf(expected);
    if (wanted === undefined) throw invalidRequest('expected', 'the evaluator numeric-diff needs a number');
    const given = numberOf(value);
    return given === undefined ? { score: 0, reason: 'the output is no number' } : { score: nearness(given, wanted) };
  },
};

export function nearness(one: number, other: number): number {
  if (one === other) return 1;
  return 1 - Math.abs(one - other) / (Math.abs(one) + Math.abs(other));
}

function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
