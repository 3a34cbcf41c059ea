import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import type { ProjectScope } from '../../parts/project-picker.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { type CallWithAttempts, outcomesOf } from './outcomes.ts';

const LOOKED_AT = 500;

/** What users saw, and what the providers did for it: attempts, retries, fallbacks, and the calls that failed all the same. */
export function Attempts({ scope }: { readonly scope: ProjectScope }) {
  const query = new URLSearchParams({ ...scope, limit: String(LOOKED_AT) });
  const read = useRead<{ data: readonly CallWithAttempts[] }>(`/api/v1/usage/records?${query}`, {
    refreshOn: ['call'],
  });
  return (
    <Section
      title="What users saw and what providers did"
      lead={`The newest ${LOOKED_AT} calls that reached a provider.`}
    >
      <Loaded of={read}>
        {({ data }) => {
          const { calls, answered, attempts, failedAttempts, retries, fallbacks, rescued } = outcomesOf(data);
          const failed = data.filter(({ success, attempts: tried }) => !success && tried.length > 0).slice(0, 20);
          return (
            <>
              <Figures>
                <Figure
                  label="Calls answered"
                  value={calls === 0 ? '–' : formatShare(answered / calls)}
                  note={`${formatCount(answered)} of ${formatCount(calls)}`}
                />
                <Figure
                  label="Attempts that failed"
                  value={attempts === 0 ? '–' : formatShare(failedAttempts / attempts)}
                  note={`${formatCount(failedAttempts)} of ${formatCount(attempts)}`}
                />
                <Figure label="Retries" value={formatCount(retries)} />
                <Figure label="Fallbacks" value={formatCount(fallbacks)} />
                <Figure label="Rescued calls" value={formatCount(rescued)} note="answered after a failed attempt" />
              </Figures>
              {failed.length === 0 ? (
                <p>
                  <Health level="good">None of them failed.</Health>
                </p>
              ) : (
                <DataTable
                  label="Calls that failed"
                  columns={COLUMNS}
                  rows={failed}
                  rowKey={({ request_id }) => request_id}
                  href={({ request_id }) => `/requests/${request_id}`}
                />
              )}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

const COLUMNS: readonly Column<CallWithAttempts>[] = [
  { name: 'Model', value: ({ provider, model, model_requested }) => model_requested ?? `${provider}/${model}` },
  { name: 'Why', value: ({ error_code }) => <Health level="bad">{error_code ?? 'failed'}</Health> },
  { name: 'Attempts', align: 'right', onPhone: false, value: ({ attempts }) => formatCount(attempts.length) },
  { name: 'When', align: 'right', value: ({ timestamp }) => <When at={timestamp} clock /> },
];
