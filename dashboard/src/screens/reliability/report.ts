import type { Period } from '../../parts/period.tsx';

/** Sums of a usage report, for one provider in one hour or day. */
export interface ProviderGroup {
  readonly hour?: string;
  readonly day?: string;
  /** Null: no provider was asked. */
  readonly provider: string | null;
  readonly request_count: number;
  readonly success_rate: number;
}

export interface ProviderReport {
  readonly request_count: number;
  readonly success_rate: number;
  readonly groups: readonly ProviderGroup[];
}

/** One hour or day of a provider; `share` of its calls succeeded, undefined when there were none. */
export interface Cell {
  readonly startMs: number;
  readonly calls: number;
  readonly share: number | undefined;
}

export type CellLevel = 'good' | 'warn' | 'bad' | 'none';

/** From here on a part of the calls that fails is worth a look, and bad. */
const GOOD = 0.99;
const BAD = 0.9;

export function levelOf({ share }: Cell): CellLevel {
  if (share === undefined) return 'none';
  if (share >= GOOD) return 'good';
  return share >= BAD ? 'warn' : 'bad';
}

/** By provider, in the order of their names, one cell per hour or day of the period. */
export function cellsOf(
  groups: readonly ProviderGroup[],
  period: Pick<Period, 'by' | 'timesMs'>,
): readonly { readonly provider: string; readonly cells: readonly Cell[] }[] {
  const asked = groups.filter((group): group is ProviderGroup & { provider: string } => group.provider !== null);
  return [...Map.groupBy(asked, ({ provider }) => provider)]
    .map(([provider, own]) => {
      const at = new Map(own.map((group) => [Date.parse(group[period.by] ?? ''), group]));
      const cells = period.timesMs.map((startMs): Cell => {
        const group = at.get(startMs);
        return { startMs, calls: group?.request_count ?? 0, share: group?.success_rate };
      });
      return { provider, cells };
    })
    .sort((left, right) => left.provider.localeCompare(right.provider));
}
