import type { EvalRunObject } from '@weir/contract';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatDuration } from '../../parts/format-duration.ts';
import { formatShare } from '../../parts/format-share.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { Health } from '../../parts/health.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { levelOfRun, nameOfRun } from './reads.ts';

const COLUMNS: readonly Column<EvalRunObject>[] = [
  { name: 'Run', value: nameOfRun },
  { name: 'Model', onPhone: false, value: ({ model }) => model },
  {
    name: 'State',
    width: '150px',
    value: ({ status, results, planned }) => (
      <Health level={levelOfRun(status)}>{status === 'running' ? `${results} of ${planned}` : status}</Health>
    ),
  },
  {
    name: 'Passed',
    align: 'right',
    width: '90px',
    value: ({ scores }) => (scores.pass === undefined ? '–' : formatShare(scores.pass)),
  },
  {
    name: 'Cost',
    align: 'right',
    width: '110px',
    onPhone: false,
    value: ({ cost_usd, judge_cost_usd }) => formatUsd(cost_usd + judge_cost_usd),
  },
  {
    name: 'Time per item',
    align: 'right',
    width: '120px',
    onPhone: false,
    value: ({ latency_ms }) => (latency_ms === null ? '–' : formatDuration(latency_ms)),
  },
  {
    name: 'Begun',
    align: 'right',
    width: '110px',
    onPhone: false,
    value: ({ created_at }) => <When at={created_at} />,
  },
];

export function Runs({ runs }: { readonly runs: readonly EvalRunObject[] }) {
  if (runs.length === 0) return null;
  return (
    <Section title="Runs">
      <DataTable
        label="Runs"
        columns={COLUMNS}
        rows={runs}
        rowKey={({ id }) => id}
        href={({ id }) => `/evaluations/runs/${id}`}
      />
    </Section>
  );
}
