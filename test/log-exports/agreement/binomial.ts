/**
 * The central interval that holds a binomial count with at least `1 - alpha` probability: no more than alpha / 2 lies
 * below `least`, no more than alpha / 2 above `most`.
 */
export function binomialInterval(trials: number, rate: number, alpha: number): { least: number; most: number } {
  if (rate <= 0) return { least: 0, most: 0 };
  if (rate >= 1) return { least: trials, most: trials };
  const odds = Math.log(rate) - Math.log1p(-rate);
  let logMass = trials * Math.log1p(-rate);
  let below = 0;
  let least: number | undefined;
  for (let count = 0; count < trials; count++) {
    below += Math.exp(logMass);
    if (least === undefined && below > alpha / 2) least = count;
    if (below >= 1 - alpha / 2) return { least: least ?? count, most: count };
    logMass += Math.log((trials - count) / (count + 1)) + odds;
  }
  return { least: least ?? trials, most: trials };
}
