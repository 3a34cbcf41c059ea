import type { GuardFindings } from '@weir/contract';
import { formatCount } from '../../parts/format-count.ts';
import { overTime, type Period } from '../../parts/period.tsx';
import { TimeSeries } from '../../parts/time-series.tsx';

const ACTIONS = [
  { action: 'block', label: 'Blocked', color: '--bad' },
  { action: 'redact', label: 'Redacted', color: '--chart-3' },
  { action: 'monitor', label: 'Only told', color: '--chart-1' },
] as const;

/** Findings of each hour or day, by what was done about them. */
export function FindingsOverTime({ findings, period }: { readonly findings: GuardFindings; readonly period: Period }) {
  const series = ACTIONS.map(({ action, label, color }) => ({
    ...{ label, color, bars: true },
    values: overTime(
      period,
      findings.groups.filter((group) => group.action === action),
      { start: (group) => group.start, value: (group) => group.findings },
    ),
  }));
  const sums = series.map(({ label, values }) => `${label.toLowerCase()} ${values.reduce((a, b) => a + b, 0)}`);
  return (
    <TimeSeries
      stacked
      summary={`Findings per ${period.by} over the ${period.name}: ${sums.join(', ')}.`}
      timesMs={period.timesMs}
      series={series}
      format={formatCount}
      height={210}
    />
  );
}
