/** Cuts lie on multiples of a power of two that is a fifth to two fifths of the budget. */
const GRAINS_OF_BUDGET = 2.5;

/**
 * Where a history of this length is cut so that what follows fits into the budget, both in messages or both in tokens,
 * counted from the beginning. A cut takes 20-40% of the budget at once and then stays until the budget is full again, so
 * that what is sent goes on where it ended the last time; as it depends on nothing but the length, nobody has to remember
 * it. Grids of larger budgets are parts of those of smaller ones, so that a larger budget never cuts later.
 */
export function cutAt(length: number, budget: number): number {
  const grain = grainOf(budget);
  // Just below the next grid the budget is not used up, or the next one would keep less than this one.
  const used = Math.min(budget, 4 * grain);
  return length <= used ? 0 : Math.ceil((length - used) / grain) * grain;
}

function grainOf(budget: number): number {
  return budget < GRAINS_OF_BUDGET ? 1 : 2 ** Math.floor(Math.log2(budget / GRAINS_OF_BUDGET));
}
