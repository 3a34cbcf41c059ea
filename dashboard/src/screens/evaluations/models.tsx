import type { ModelComparisonObject } from '@weir/contract';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatDuration } from '../../parts/format-duration.ts';
import { formatShare } from '../../parts/format-share.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { Section } from '../../parts/section.tsx';
import { inProject, type List } from './reads.ts';

/** Models side by side over the newest calls of a month; under the pointer, how sure each number is. */
export function Models({ project }: { readonly project: string }) {
  const models = useRead<List<ModelComparisonObject>>(inProject('/api/v1/models/compare', project)).data?.data ?? [];
  if (models.length === 0) return null;
  const metrics = [...new Set(models.flatMap(({ quality }) => Object.keys(quality)))]
    .filter((metric) => !metric.startsWith('guardrail:'))
    .slice(0, 4);
  const columns: readonly Column<ModelComparisonObject>[] = [
    { name: 'Model', value: ({ model }) => model },
    { name: 'Calls', align: 'right', onPhone: false, value: ({ calls }) => formatCount(calls) },
    ...metrics.map(
      (metric): Column<ModelComparisonObject> => ({
        name: metric,
        align: 'right',
        onPhone: false,
        value: ({ quality }) => {
          const own = quality[metric];
          return own === undefined ? '–' : <Sure value={own.score} interval={own.interval} format={formatShare} />;
        },
      }),
    ),
    {
      name: 'Succeeded',
      align: 'right',
      onPhone: false,
      value: (each) => <Sure value={each.success_rate} interval={each.success_rate_interval} format={formatShare} />,
    },
    {
      name: 'Cost per call',
      align: 'right',
      value: (each) => <Sure value={each.cost_usd_per_call} interval={each.cost_usd_interval} format={formatUsd} />,
    },
    {
      name: 'Median time',
      align: 'right',
      value: ({ latency_ms: time }) =>
        time === null ? '–' : <Sure value={time.p50} interval={time.p50_interval} format={formatDuration} />,
    },
    {
      name: 'p95',
      align: 'right',
      onPhone: false,
      value: ({ latency_ms: time }) =>
        time === null ? '–' : <Sure value={time.p95} interval={time.p95_interval} format={formatDuration} />,
    },
  ];
  return (
    <Section title="Models side by side" lead="Over the newest calls of the last 30 days.">
      <DataTable label="Models side by side" columns={columns} rows={models} rowKey={({ model }) => model} />
    </Section>
  );
}

function Sure({
  value,
  interval,
  format,
}: {
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly format: (value: number) => string;
}) {
  const said =
    interval === null ? 'too few to tell how sure' : `95%: ${format(interval.low)} to ${format(interval.high)}`;
  return <span title={said}>{format(value)}</span>;
}
