import { DAY_MS, HOUR_MS } from '../../kernel/time.ts';
import type { GroupBy } from '../../ports/ledger.ts';

/** A stretch of time and the table that answers for it. */
export interface Period {
  readonly table: 'usage_records' | 'usage_hourly' | 'usage_daily';
  /** Half-open. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Cuts [from, to) into whole days, whole hours and the rest, each answered by the table that reads the fewest rows. */
export function reportPeriods(fromMs: number, toMs: number, groupBy: readonly GroupBy[]): Period[] {
  // Tags are not rolled up, because their combinations have no bound; what the cache did is in the records alone.
  if (groupBy.includes('tag') || groupBy.includes('cache')) return nonEmpty([{ table: 'usage_records', fromMs, toMs }]);
  return around({ fromMs, toMs, unit: HOUR_MS, outside: 'usage_records' }, (hours) => {
    if (groupBy.includes('hour')) return [{ table: 'usage_hourly', ...hours }];
    return around({ ...hours, unit: DAY_MS, outside: 'usage_hourly' }, (days) => [{ table: 'usage_daily', ...days }]);
  });
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The whole units by `inside`, what is left before and behind them by the `outside` table. */
function around(
  { fromMs, toMs, unit, outside }: Stretch & { unit: number; outside: Period['table'] },
  inside: (whole: Stretch) => Period[],
): Period[] {
  const first = Math.ceil(fromMs / unit) * unit;
  const last = Math.floor(toMs / unit) * unit;
  if (first >= last) return nonEmpty([{ table: outside, fromMs, toMs }]);
  return nonEmpty([
    { table: outside, fromMs, toMs: first },
    ...inside({ fromMs: first, toMs: last }),
    { table: outside, fromMs: last, toMs },
  ]);
}

function nonEmpty(periods: Period[]): Period[] {
  return periods.filter(({ fromMs, toMs }) => fromMs < toMs);
}
