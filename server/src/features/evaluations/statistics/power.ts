import { normalCdf, normalQuantile } from './normal.ts';

/** Paired yes-or-no scores as one expects them. */
export interface ExpectedPairs {
  /** Candidate minus baseline, -1..1. */
  readonly difference: number;
  /** Share of pairs that differ, at least |difference|. */
  readonly discordant: number;
}

/**
 * The chance that McNemar's test sees a difference with `items` pairs: R. J. Connor, "Sample size for testing differences in
 * proportions for the paired-sample design" (Biometrics 43, 1987), solved for the power.
 */
export function pairedPower({ difference, discordant }: ExpectedPairs, of: { items: number; alpha: number }): number {
  const z = normalQuantile(1 - of.alpha / 2);
  const spread = Math.sqrt(discordant - difference * difference);
  const shift = Math.abs(difference) * Math.sqrt(of.items) - z * Math.sqrt(discordant);
  return spread === 0 ? Number(shift > 0) : normalCdf(shift / spread);
}

/** Pairs that McNemar's test needs to see the difference with that power (the same paper); Infinity when there is none. */
export function pairedItems({ difference, discordant }: ExpectedPairs, of: { power: number; alpha: number }): number {
  if (difference === 0) return Infinity;
  const z = normalQuantile(1 - of.alpha / 2);
  const spread = Math.sqrt(discordant - difference * difference);
  return Math.ceil(((z * Math.sqrt(discordant) + normalQuantile(of.power) * spread) / difference) ** 2);
}

/** What one has, and what would be a verdict. */
export interface Undecided {
  readonly difference: number;
  /** Half of the interval's width at `level` with `items`. */
  readonly halfWidth: number;
  readonly items: number;
  readonly level: number;
  readonly margin: number;
}

const WANTED_POWER = 0.8;

/**
 * About how many items more decide, if the difference stays what it is: intervals shrink with the square root of the items, and
 * the next verdict is the nearer one of "not 0" and "inside the margin". With 80% power.
 */
export function itemsMore({ difference, halfWidth, items, level, margin }: Undecided): number {
  const z = normalQuantile((1 + level) / 2);
  const reach = Math.max(Math.abs(difference), margin - Math.abs(difference));
  if (halfWidth === 0 || reach <= 0) return Infinity;
  const wanted = (reach * z) / (z + normalQuantile(WANTED_POWER));
  return Math.max(1, Math.ceil(items * ((halfWidth / wanted) ** 2 - 1)));
}
