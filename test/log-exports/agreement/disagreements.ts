import { binomialInterval } from './binomial.ts';

/** What became of one line: its group, the rate it should be kept at, and whether it was kept. */
export interface Outcome {
  readonly group: string;
  readonly rate: number;
  readonly kept: boolean;
}

/**
 * Groups whose kept lines lie outside the interval that holds all groups at once with 99 % (Bonferroni), in words. Lines
 * of one group that should have different rates are counted apart.
 */
export function findDisagreements(outcomes: readonly Outcome[]): string[] {
  const groups = Map.groupBy(outcomes, ({ group, rate }) => `${group}, rate ${rate}`);
  const alpha = 0.01 / groups.size;
  return [...groups].flatMap(([name, members]) => {
    const kept = members.filter((outcome) => outcome.kept).length;
    const { least, most } = binomialInterval(members.length, members[0]?.rate ?? 1, alpha);
    if (kept >= least && kept <= most) return [];
    return [`${name}: ${kept} of ${members.length} kept, not ${least} to ${most}`];
  });
}
