import { overTime, type Period } from '../../parts/period.tsx';
import { TimeSeries } from '../../parts/time-series.tsx';
import { byModel, OTHERS, type SpendGroup } from './report.ts';

const COLORS = 6;

/** An amount per hour or day, stacked by the model that it went to. */
export function OverTime({
  groups,
  period,
  what,
  amount,
  format,
}: {
  readonly groups: readonly SpendGroup[];
  readonly period: Period;
  /** What is added up, for those who cannot see it: `Spend`. */
  readonly what: string;
  readonly amount: (group: SpendGroup) => number;
  readonly format: (value: number) => string;
}) {
  // The same model has the same colour, whatever is added up.
  const models = [...new Set(groups.map(({ model }) => model ?? 'no model'))].sort();
  const series = byModel(groups, amount).map(({ model, own }) => ({
    ...{
      label: model,
      bars: true,
      color: model === OTHERS ? `--chart-${COLORS}` : `--chart-${(models.indexOf(model) % COLORS) + 1}`,
    },
    values: overTime(period, own, { start: (group) => group[period.by] ?? '', value: amount }),
  }));
  const sums = series.map(({ label, values }) => `${label} ${format(values.reduce((sum, value) => sum + value, 0))}`);
  return (
    <TimeSeries
      stacked
      summary={`${what} per ${period.by} over the ${period.name}, by model: ${sums.join(', ')}.`}
      timesMs={period.timesMs}
      series={series}
      format={format}
    />
  );
}
