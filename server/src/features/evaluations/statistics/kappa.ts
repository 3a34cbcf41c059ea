import type { Interval } from './interval.ts';
import { normalQuantile } from './normal.ts';

/** How far two judges agree beyond chance: 1 always, 0 as often as by chance. */
export interface Agreement {
  readonly kappa: number;
  readonly interval: Interval;
  /** Share of equal verdicts. */
  readonly agreement: number;
  readonly items: number;
}

/**
 * J. Cohen, "A coefficient of agreement for nominal scales" (1960), of yes-or-no verdicts, with his large-sample interval.
 * Undefined: no item, or both say the same of everything, which tells nothing about agreement.
 */
export function cohenKappa(pairs: readonly (readonly [boolean, boolean])[], level: number): Agreement | undefined {
  const items = pairs.length;
  if (items === 0) return undefined;
  const share = (count: number) => count / items;
  const agreement = share(pairs.filter(([a, b]) => a === b).length);
  const [first, second] = [share(pairs.filter(([a]) => a).length), share(pairs.filter(([, b]) => b).length)];
  const chance = first * second + (1 - first) * (1 - second);
  if (chance === 1) return undefined;
  const kappa = (agreement - chance) / (1 - chance);
  const error = Math.sqrt((agreement * (1 - agreement)) / items) / (1 - chance);
  const reach = normalQuantile((1 + level) / 2) * error;
  return { kappa, interval: { low: Math.max(-1, kappa - reach), high: Math.min(1, kappa + reach) }, agreement, items };
}
