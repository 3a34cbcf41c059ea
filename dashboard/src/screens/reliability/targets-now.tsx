import type { TargetObject } from '@weir/contract';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatDuration } from '../../parts/format-duration.ts';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/section.tsx';

const LEVELS = { closed: 'good', 'half-open': 'warn', open: 'bad' } as const;
const WORDS = { closed: 'closed: calls go there', 'half-open': 'half-open: one call tries it', open: 'open: no calls' };

/** The circuit breaker of each target that was called: what a provider's health is made of. */
export function TargetsNow() {
  const read = useRead<{ data: readonly TargetObject[] }>('/api/v1/targets', {
    refreshOn: ['call', 'change'],
    everyMs: 5000,
  });
  return (
    <Section title="Circuit breakers" lead="One for each provider, model and credential that was called.">
      <Loaded of={read}>
        {({ data }) =>
          data.length === 0 ? (
            <p>Nothing was called since this server started.</p>
          ) : (
            <DataTable
              label="Circuit breakers"
              columns={COLUMNS}
              rows={data}
              rowKey={({ provider, model, credential }) => `${provider}/${model} ${credential}`}
            />
          )
        }
      </Loaded>
    </Section>
  );
}

const COLUMNS: readonly Column<TargetObject>[] = [
  { name: 'Target', value: ({ provider, model }) => `${provider}/${model}` },
  { name: 'Credential', onPhone: false, value: ({ credential }) => credential },
  { name: 'Breaker', value: ({ breaker }) => <Health level={LEVELS[breaker]}>{WORDS[breaker]}</Health> },
  { name: 'Last error', onPhone: false, value: ({ last_error }) => last_error ?? '–' },
  {
    name: 'Answers in',
    align: 'right',
    onPhone: false,
    value: ({ response_time_ms: ms }) => (ms === null ? '–' : formatDuration(ms)),
  },
];
