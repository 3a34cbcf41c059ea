import type { Interval } from './interval.ts';

/** What a comparison says of the candidate. */
export type Verdict = 'better' | 'worse' | 'equivalent' | 'not enough evidence';

/**
 * Never told from two averages: equivalent when the whole interval lies inside the margin, otherwise better or worse when it
 * leaves 0 out and the test agrees, otherwise nothing is known. `margin` is the difference that nobody would mind.
 */
export function verdictOf(of: {
  /** Of the difference, candidate minus baseline; more is better. */
  readonly interval: Interval;
  /** After Holm when several metrics are looked at. */
  readonly p: number;
  readonly alpha: number;
  readonly margin: number;
}): Verdict {
  const { low, high } = of.interval;
  if (low > -of.margin && high < of.margin) return 'equivalent';
  if (of.p >= of.alpha) return 'not enough evidence';
  if (low > 0) return 'better';
  if (high < 0) return 'worse';
  return 'not enough evidence';
}
