import { type ProviderHealth, useProviderHealth } from '../../api/provider-health.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatDuration } from '../../parts/format-duration.ts';
import { Health } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/section.tsx';

type Row = ProviderHealth & { readonly name: string };

const LEVELS = { healthy: 'good', degraded: 'warn', unhealthy: 'bad', disabled: 'quiet' } as const;
const WORDS = { healthy: 'healthy', degraded: 'degraded', unhealthy: 'down', disabled: 'off' } as const;

/** How each provider is just now: whether it is up, and why it is not. */
export function ProvidersNow() {
  const health = useProviderHealth();
  return (
    <Section title="Now">
      <Loaded of={health}>
        {({ components }) => {
          const rows = Object.entries(components.llm_providers)
            .map(([name, of]): Row => ({ name, ...of }))
            .filter(({ status }) => status !== 'disabled');
          if (rows.length > 0)
            return <DataTable label="Providers now" columns={COLUMNS} rows={rows} rowKey={({ name }) => name} />;
          return (
            <Empty title="No provider has a credential.">
              <p>
                <Link href="/providers">Add one</Link>, and its health is here.
              </p>
            </Empty>
          );
        }}
      </Loaded>
    </Section>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { name: 'Provider', value: ({ name }) => name },
  { name: 'State', value: ({ status }) => <Health level={LEVELS[status]}>{WORDS[status]}</Health> },
  { name: 'Why', onPhone: false, value: ({ error }) => error ?? '–' },
  {
    name: 'Answers in',
    align: 'right',
    value: ({ response_time_ms: ms }) => (ms === null ? '–' : formatDuration(ms)),
  },
];
