export interface GroupingScore {
  /** Share of lines whose group holds exactly the lines of their true event. */
  readonly accuracy: number;
  /** Harmonic mean of precision and recall over whole groups. */
  readonly groupF1: number;
  readonly trueGroups: number;
  readonly foundGroups: number;
}

/** Grouping accuracy (GA) and F1 of group accuracy (FGA) as the literature on log parsing defines them. */
export function scoreGroups(truth: readonly string[], found: readonly string[]): GroupingScore {
  if (truth.length !== found.length) throw new Error(`${truth.length} true events, ${found.length} found.`);
  const sizes = countsOf(truth);
  const foundSizes = countsOf(found);
  const pairs = new Map<string, { event: string; group: string; lines: number }>();
  truth.forEach((event, at) => {
    const group = found[at] ?? '';
    const key = `${event}\n${group}`;
    const pair = pairs.get(key) ?? { event, group, lines: 0 };
    pair.lines++;
    pairs.set(key, pair);
  });
  const exact = [...pairs.values()].filter(
    ({ event, group, lines }) => sizes.get(event) === lines && foundSizes.get(group) === lines,
  );
  const precision = exact.length / foundSizes.size;
  const recall = exact.length / sizes.size;
  return {
    accuracy: exact.reduce((sum, { lines }) => sum + lines, 0) / truth.length,
    groupF1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    trueGroups: sizes.size,
    foundGroups: foundSizes.size,
  };
}

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
