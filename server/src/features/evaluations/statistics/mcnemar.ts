/**
 * Two-sided mid-p of McNemar's test: `gained` pairs turned from failed to passed, `lost` the other way round; without a difference
 * each discordant pair falls either way with probability 1/2. Fagerland, Lydersen and Laake, "The McNemar test for binary
 * matched-pairs data: mid-p and asymptotic are better than exact conditional" (BMC Medical Research Methodology 13:91, 2013).
 */
export function mcnemarMidP(gained: number, lost: number): number {
  const n = gained + lost;
  if (n === 0) return 1;
  const least = Math.min(gained, lost);
  // Terms of the binomial from the bottom, in logarithms: 2^-n is 0 from n = 1075 on.
  let logTerm = -n * Math.LN2;
  let below = 0;
  for (let k = 0; k < least; k++) {
    below += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * below + Math.exp(logTerm));
}
