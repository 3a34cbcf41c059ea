export interface CountEstimate {
  readonly count: number;
  /** Bounds that hold the true count in 95 of 100 cases. */
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of a normal variable. */
const Z = 1.959964;

/**
 * How many lines there were, told from the kept ones: those kept for certain count once, `sampled` of them 1/rate each
 * (Horvitz-Thompson). The bounds are those counts n for which `sampled` is not surprising: (sampled - rate n)^2 is at most
 * Z^2 n rate (1 - rate). Unlike bounds around the estimate they hold for small counts too.
 */
export function estimateCount(kept: { certain: number; sampled: number; rate: number }): CountEstimate {
  const { certain, sampled, rate } = kept;
  if (rate >= 1) return { count: certain + sampled, low: certain + sampled, high: certain + sampled };
  const spread = Z * Z * (1 - rate);
  const middle = sampled + spread / 2;
  const reach = Math.sqrt(spread * sampled + (spread * spread) / 4);
  return {
    count: certain + sampled / rate,
    low: certain + Math.max(sampled, (middle - reach) / rate),
    high: certain + (middle + reach) / rate,
  };
}
