import type { Interval } from './interval.ts';
import { wilsonInterval } from './newcombe.ts';
import { normalQuantile } from './normal.ts';

/**
 * The interval of a mean of scores from 0 to 1: Wilson's, as if they were shares of passes. No scores with that mean vary more, so
 * it is never too narrow. Undefined: there are none.
 */
export function scoreInterval(scores: readonly number[], level: number): Interval | undefined {
  if (scores.length === 0) return undefined;
  return wilsonInterval({ passed: sumOf(scores), of: scores.length }, level);
}

/** The interval of a mean of anything by its standard error. Undefined: fewer than two values. */
export function meanInterval(values: readonly number[], level: number): Interval | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const mean = sumOf(values) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt(squares / (n - 1) / n);
  return { low: mean - reach, high: mean + reach };
}

/**
 * The interval of a quantile, whatever the values look like: two of them, chosen by the binomial distribution of how many lie
 * below it (W. J. Conover, "Practical nonparametric statistics", 3.2). Undefined: there are too few to bound it on both sides.
 */
export function quantileInterval(
  sorted: readonly number[],
  of: { quantile: number; level: number },
): Interval | undefined {
  const { quantile, level } = of;
  const n = sorted.length;
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt(n * quantile * (1 - quantile));
  const low = sorted[Math.ceil(n * quantile - reach) - 1];
  const high = sorted[Math.ceil(n * quantile + reach) - 1];
  return low === undefined || high === undefined ? undefined : { low, high };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
