export interface RateBand {
  readonly low: number;
  readonly high: number;
}

/** Windows below this say nothing of what is usual. */
export const LEAST_HISTORY = 5;
/** Chance that an ordinary count is beyond one side of the band. */
const TAIL = 0.001;
/** The same as a distance in standard deviations, for counts that are nearly normal. */
const TAIL_Z = 3.0902;
const EXACT_BELOW = 200;
/** Traffic breathes: a band is never narrower than this share of its middle, in standard deviations. */
const BREATH = 0.05;

/**
 * Counts that would not surprise after these, as a negative binomial distribution has them: Poisson's where counts vary no more
 * than chance, wider where they do. undefined: too few windows.
 */
export function rateBand(history: readonly number[]): RateBand | undefined {
  const windows = history.length;
  if (windows < LEAST_HISTORY) return undefined;
  const mean = history.reduce((sum, count) => sum + count, 0) / windows;
  const observed = history.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (windows - 1);
  // The mean itself is known from so many windows only.
  const variance = Math.max(observed, mean, Number.EPSILON) * (1 + 1 / windows) + (BREATH * mean) ** 2;
  if (mean >= EXACT_BELOW) return nearNormal(mean, variance);
  return exact(Math.max(mean, 1 / windows), variance);
}

/** Quantiles of the normal distribution, shifted by the skew that a negative binomial one has. */
function nearNormal(mean: number, variance: number): RateBand {
  const deviation = Math.sqrt(variance);
  const skew = (2 * variance) / mean - 1;
  const shift = (skew * (TAIL_Z ** 2 - 1)) / 6;
  return {
    low: Math.max(0, Math.floor(mean - TAIL_Z * deviation + shift)),
    high: Math.ceil(mean + TAIL_Z * deviation + shift),
  };
}

/** Adds up probabilities; each follows from the one before. */
function exact(mean: number, variance: number): RateBand {
  const spread = Math.max(variance, mean * 1.000001);
  const successes = mean ** 2 / (spread - mean);
  const ratio = 1 - mean / spread;
  let probability = (mean / spread) ** successes;
  let below = probability;
  let count = 0;
  let low: number | undefined;
  while (below < 1 - TAIL && count < 100 * EXACT_BELOW) {
    if (low === undefined && below > TAIL) low = count;
    probability *= (ratio * (successes + count)) / (count + 1);
    count++;
    below += probability;
  }
  return { low: low ?? count, high: count };
}
