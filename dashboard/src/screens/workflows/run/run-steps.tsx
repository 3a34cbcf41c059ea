import type { ExecutionStep } from '@weir/contract';
import { type Column, DataTable } from '../../../parts/data-table.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { formatCount } from '../../../parts/format-count.ts';
import { formatDuration } from '../../../parts/format-duration.ts';
import { formatUsd } from '../../../parts/format-usd.ts';
import { Health } from '../../../parts/health.tsx';
import { Section } from '../../../parts/section.tsx';
import { stateOfRun } from '../state-of-run.ts';
import classes from './run.module.css';

/** Every step of a run with what it cost; one can be chosen. */
export function RunSteps({
  steps,
  onChoose,
}: {
  readonly steps: readonly ExecutionStep[];
  readonly onChoose: (path: string) => void;
}) {
  const columns: readonly Column<ExecutionStep>[] = [
    {
      name: 'Step',
      value: ({ path }) => (
        <button type="button" className={classes.choose} onClick={() => onChoose(path)}>
          {path}
        </button>
      ),
    },
    {
      name: 'State',
      value: ({ status, reused_from }) => {
        const { level, word } = stateOfRun(status);
        return <Health level={level}>{reused_from === null ? word : 'taken over'}</Health>;
      },
    },
    { name: 'Model', value: ({ model_name, type }) => model_name ?? type, onPhone: false },
    { name: 'Tries', align: 'right', value: ({ retry_count }) => retry_count + 1, onPhone: false },
    { name: 'Tokens', align: 'right', value: ({ tokens_used }) => formatCount(tokens_used), onPhone: false },
    {
      name: 'Took',
      align: 'right',
      value: ({ duration_ms }) => (duration_ms === null ? '–' : formatDuration(duration_ms)),
      onPhone: false,
    },
    { name: 'Cost', align: 'right', value: ({ cost_usd }) => formatUsd(cost_usd) },
  ];
  return (
    <Section title="Steps">
      {steps.length === 0 ? (
        <Empty title="No step has begun." />
      ) : (
        <DataTable label="Steps of the run" columns={columns} rows={steps} rowKey={({ path }) => path} />
      )}
    </Section>
  );
}
