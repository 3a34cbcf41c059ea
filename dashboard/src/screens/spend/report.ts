/** Sums of a usage report, for one combination of what it is grouped by. */
export interface SpendGroup {
  readonly hour?: string;
  readonly day?: string;
  readonly model?: string | null;
  readonly key?: string | null;
  readonly user?: string | null;
  readonly agent?: string | null;
  readonly provider?: string | null;
  readonly total_cost: number;
  readonly request_count: number;
  readonly token_usage: { readonly input: number; readonly output: number; readonly total: number };
}

export interface SpendReport {
  readonly total_cost: number;
  readonly request_count: number;
  readonly unpriced_count: number;
  readonly saved_usd: number;
  readonly groups: readonly SpendGroup[];
}

/** The most that are told apart in a chart; all others are one. */
const MOST = 5;
export const OTHERS = 'All others';

/** Groups by model, dearest (or most used) first; those behind the first five as one. */
export function byModel(
  groups: readonly SpendGroup[],
  amount: (group: SpendGroup) => number,
): readonly { readonly model: string; readonly own: readonly SpendGroup[] }[] {
  const sum = (own: readonly SpendGroup[]) => own.reduce((total, group) => total + amount(group), 0);
  const sorted = [...Map.groupBy(groups, ({ model }) => model ?? 'no model')]
    .map(([model, own]) => ({ model, own }))
    .filter(({ own }) => sum(own) > 0)
    .sort((left, right) => sum(right.own) - sum(left.own));
  if (sorted.length <= MOST + 1) return sorted;
  return [...sorted.slice(0, MOST), { model: OTHERS, own: sorted.slice(MOST).flatMap(({ own }) => own) }];
}
