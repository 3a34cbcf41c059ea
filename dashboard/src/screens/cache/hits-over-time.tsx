import { formatCount } from '../../parts/format-count.ts';
import { overTime, type Period } from '../../parts/period.tsx';
import { TimeSeries } from '../../parts/time-series.tsx';
import type { OutcomeGroup } from './counts-of.ts';

const OUTCOMES = [
  { cache: 'miss', label: 'Misses', color: '--chart-6' },
  { cache: 'semantic', label: 'Hits by meaning', color: '--chart-3' },
  { cache: 'hit', label: 'Hits', color: '--chart-1' },
] as const;

export function HitsOverTime({
  groups,
  period,
}: {
  readonly groups: readonly OutcomeGroup[];
  readonly period: Period;
}) {
  const series = OUTCOMES.map(({ cache, label, color }) => ({
    ...{ label, color, bars: true },
    values: overTime(
      period,
      groups.filter((group) => group.cache === cache),
      { start: (group) => group[period.by] ?? '', value: (group) => group.request_count },
    ),
  }));
  const sums = series.map(({ label, values }) => `${values.reduce((a, b) => a + b, 0)} ${label.toLowerCase()}`);
  return (
    <TimeSeries
      stacked
      summary={`Calls that asked the cache per ${period.by} over the ${period.name}: ${sums.join(', ')}.`}
      timesMs={period.timesMs}
      series={series}
      format={formatCount}
    />
  );
}
