/** Lines alike whose common keep probability is to be found. */
export interface Share {
  /** Lines that may be dropped; at least 1. */
  readonly lines: number;
  /** Mean bytes of a line, above 0. */
  readonly lineBytes: number;
  /** What examples of it are worth; 1 is ordinary, at least 0. */
  readonly weight: number;
  /** Lowest rate it may get, 0..1. */
  readonly floor: number;
}

/**
 * The rates that spend a budget of bytes, in the order of the shares. Kept bytes go as sqrt(weight) * lines^alpha: with alpha 0
 * every share keeps as many bytes, below it the loud ones keep less than the others, 0.5 is power allocation. No rate leaves floor..1. The
 * bytes kept are a piecewise linear, rising function of one multiplier, so one sweep over the points where a share leaves its
 * floor or reaches 1 gives the multiplier exactly. A budget below all floors gives the floors, one above all lines gives 1.
 */
export function allocate(shares: readonly Share[], of: { budgetBytes: number; alpha: number }): number[] {
  const slopes = shares.map(
    ({ lines, lineBytes, weight }) => (Math.sqrt(weight) / lineBytes) * lines ** (of.alpha - 1),
  );
  const multiplier = multiplierFor(shares, slopes, of.budgetBytes);
  return shares.map(({ floor }, at) => Math.min(1, Math.max(floor, multiplier * (slopes[at] ?? 0))));
}

interface Turn {
  readonly multiplier: number;
  /** How many more bytes one unit of the multiplier costs from here on. */
  readonly costChange: number;
}

function multiplierFor(shares: readonly Share[], slopes: readonly number[], budgetBytes: number): number {
  let spent = 0;
  const turns: Turn[] = [];
  for (const [at, { lines, lineBytes, floor }] of shares.entries()) {
    const slope = slopes[at] ?? 0;
    spent += lines * lineBytes * floor;
    if (slope === 0 || floor >= 1) continue;
    const cost = lines * lineBytes * slope;
    turns.push({ multiplier: floor / slope, costChange: cost }, { multiplier: 1 / slope, costChange: -cost });
  }
  if (spent >= budgetBytes) return 0;
  turns.sort((a, b) => a.multiplier - b.multiplier);
  let multiplier = 0;
  let cost = 0;
  for (const turn of turns) {
    const upToHere = cost * (turn.multiplier - multiplier);
    if (cost > 0 && spent + upToHere >= budgetBytes) return multiplier + (budgetBytes - spent) / cost;
    spent += upToHere;
    multiplier = turn.multiplier;
    cost += turn.costChange;
  }
  return Number.MAX_VALUE;
}
