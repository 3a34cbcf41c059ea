import type { Limit } from '../limits.ts';
import type { BenchResult } from './result.ts';
import { labelOf } from './table.ts';

export type Verdict = {
  name: string;
  limit: string;
  /** Absent = not measured in this run. */
  value?: number;
  outcome: 'within' | 'exceeded' | 'not measured';
};

/** Compares the medians of a run with the limits, in the order of the limits. */
export function verdictsOf(result: Pick<BenchResult, 'ratios'>, limits: readonly Limit[]): Verdict[] {
  return limits.map((limit) => {
    const about = { name: labelOf(limit.ratio), limit: textOf(limit) };
    const value = result.ratios[limit.ratio]?.median;
    if (value === undefined) return { ...about, outcome: 'not measured' };
    const isWithin = value <= (limit.atMost ?? Number.POSITIVE_INFINITY) && value >= (limit.atLeast ?? 0);
    return { ...about, value, outcome: isWithin ? 'within' : 'exceeded' };
  });
}

function textOf({ atMost, atLeast, stretch }: Limit): string {
  const bound = atMost === undefined ? `>= ${atLeast}` : `<= ${atMost}`;
  return stretch === undefined ? bound : `${bound} (stretch ${stretch})`;
}
