import { invalidRequest } from '../../../kernel/errors.ts';
import type { Evaluator } from '../../../ports/evaluator.ts';
import { textOf } from './text-of.ts';

/** Steps of the comparison; more would hold up others. Two texts of 2,000 characters need as many. */
const MAX_STEPS = 4_000_000;

/** How alike two texts are: 1 minus the edits from one to the other by the length of the longer one. */
export const levenshtein: Evaluator = {
  name: 'levenshtein',
  about: 'How alike output and expected are: 1 minus edits by the length of the longer one',
  asksModel: false,
  score: ({ value, expected }) => ({ score: textSimilarity(textOf(value), textOf(expected)) }),
};

export function textSimilarity(one: string, other: string): number {
  const [a, b] = [Array.from(one), Array.from(other)];
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 1 : 1 - edits(a, b) / longer;
}

/** V. I. Levenshtein's distance, a row at a time; what both begin and end with costs nothing. */
function edits(a: readonly string[], b: readonly string[]): number {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [aEnd, bEnd] = [a.length, b.length];
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) [aEnd, bEnd] = [aEnd - 1, bEnd - 1];
  const [n, m] = [aEnd - start, bEnd - start];
  if (n === 0 || m === 0) return n + m;
  if (n * m > MAX_STEPS) {
    throw invalidRequest('expected', `texts of ${n} and ${m} differing characters are too long to compare by edits`);
  }
  const row = Uint32Array.from({ length: m + 1 }, (_, at) => at);
  for (let i = 1; i <= n; i++) {
    let diagonal = row[0] as number;
    row[0] = i;
    for (let j = 1; j <= m; j++) {
      const above = row[j] as number;
      const change = a[start + i - 1] === b[start + j - 1] ? 0 : 1;
      row[j] = Math.min(above + 1, (row[j - 1] as number) + 1, diagonal + change);
      diagonal = above;
    }
  }
  return row[m] as number;
}
