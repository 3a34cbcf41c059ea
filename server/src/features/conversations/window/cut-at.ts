interface Grid {
  /** Cuts lie on its multiples. */
  readonly grain: number;
  /** As much of the budget is used: any more, and the next larger grid could keep less than this one. */
  readonly most: number;
}

/** A chat of two messages per turn keeps its beginning for a grain's half of turns: that is what small windows are cut for. */
const SMALL: readonly (Grid & { readonly below: number })[] = [
  { below: 6, grain: 1, most: 4 },
  { below: 10, grain: 3, most: 7 },
  { below: 20, grain: 6, most: 14 },
  { below: 60, grain: 12, most: 48 },
];

/**
 * Where a history of this length is cut so that what follows fits into the budget, both in messages or both in tokens,
 * counted from the beginning. A cut takes 20-40% of the budget at once (up to 60% of less than 60) and then stays until the
 * budget is full again, so that what is sent goes on where it ended the last time; as it depends on nothing but the length,
 * nobody has to remember it. Grids of larger budgets are parts of those of smaller ones, so that a larger budget never cuts
 * later.
 */
export function cutAt(length: number, budget: number): number {
  const { grain, most } = gridOf(budget);
  const used = Math.min(budget, most);
  return length <= used ? 0 : Math.ceil((length - used) / grain) * grain;
}

function gridOf(budget: number): Grid {
  const small = SMALL.find(({ below }) => budget < below);
  if (small !== undefined) return small;
  const grain = 12 * 2 ** Math.floor(Math.log2(budget / 30));
  return { grain, most: 4 * grain };
}
