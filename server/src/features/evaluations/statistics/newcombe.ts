import type { Interval } from './interval.ts';
import { normalQuantile } from './normal.ts';

/** Pairs by what both sides did. */
export interface PairCounts {
  readonly bothPassed: number;
  /** The baseline failed, the candidate passed. */
  readonly gained: number;
  readonly lost: number;
  readonly bothFailed: number;
}

/**
 * The interval of a difference of paired shares, candidate minus baseline: method 10 of R. G. Newcombe, "Improved confidence
 * intervals for the difference between binomial proportions based on paired data" (Statistics in Medicine 17, 1998). Wilson's
 * intervals of both shares are squared and added, less what their correlation explains.
 */
export function newcombeInterval(pairs: PairCounts, level: number): Interval {
  const { bothPassed, gained, lost, bothFailed } = pairs;
  const n = bothPassed + gained + lost + bothFailed;
  const candidate = wilsonInterval({ passed: bothPassed + gained, of: n }, level);
  const baseline = wilsonInterval({ passed: bothPassed + lost, of: n }, level);
  const [p, q] = [(bothPassed + gained) / n, (bothPassed + lost) / n];
  const correlation = correlationOf(pairs);
  const reach = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * correlation * a * b + b * b));
  return {
    low: p - q - reach(p - candidate.low, baseline.high - q),
    high: p - q + reach(candidate.high - p, q - baseline.low),
  };
}

/** E. B. Wilson's interval of a share (1927), without continuity correction. */
export function wilsonInterval(counted: { passed: number; of: number }, level: number): Interval {
  const { passed, of: n } = counted;
  const z = normalQuantile((1 + level) / 2);
  const middle = passed + (z * z) / 2;
  const reach = z * Math.sqrt((passed * (n - passed)) / n + (z * z) / 4);
  return { low: Math.max(0, (middle - reach) / (n + z * z)), high: Math.min(1, (middle + reach) / (n + z * z)) };
}

/** Phi of the two-by-two table, with Newcombe's correction of positive ones towards 0. */
function correlationOf({ bothPassed: a, gained: b, lost: c, bothFailed: d }: PairCounts): number {
  const margins = (a + b) * (c + d) * (a + c) * (b + d);
  if (margins === 0) return 0;
  const cross = a * d - b * c;
  const n = a + b + c + d;
  const corrected = cross > 0 ? Math.max(0, cross - n / 2) : cross;
  return corrected / Math.sqrt(margins);
}
