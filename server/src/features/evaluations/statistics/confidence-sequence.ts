import type { Interval } from './interval.ts';

/**
 * Bounds of a mean that hold at every look together, so that one may look after each item and stop when they decide: the
 * asymptotic confidence sequence of I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy and A. Ramdas, "Time-uniform central
 * limit theory and asymptotic confidence sequences" (Annals of Statistics 52, 2024), narrowest at `tunedFor` values. Undefined:
 * fewer than two values.
 */
export function confidenceSequence(
  values: readonly number[],
  of: { readonly level: number; readonly tunedFor: number },
): Interval | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
  const alpha = 1 - of.level;
  // Where the bound is narrowest: their equation for rho, with the logarithm in its own approximation.
  const rhoSquared = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / of.tunedFor;
  const scaled = n * rhoSquared + 1;
  const reach =
    Math.sqrt(variance) * Math.sqrt(((2 * scaled) / (n * n * rhoSquared)) * Math.log(Math.sqrt(scaled) / alpha));
  return { low: mean - reach, high: mean + reach };
}
