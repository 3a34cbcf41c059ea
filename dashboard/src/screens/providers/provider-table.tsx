import { Button } from '@mantine/core';
import { useState } from 'react';
import { type ProviderHealth, useProviderHealth } from '../../api/provider-health.ts';
import { useMay } from '../../api/session.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatDuration } from '../../parts/format-duration.ts';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/section.tsx';
import { type Capability, useCapabilities } from './reads.ts';
import { TestProvider } from './test-provider.tsx';

type Row = ProviderHealth & { readonly name: string; readonly capability: Capability | undefined };

const LEVELS = { healthy: 'good', degraded: 'warn', unhealthy: 'bad', disabled: 'quiet' } as const;
const WORDS = { healthy: 'healthy', degraded: 'degraded', unhealthy: 'down', disabled: 'no credential' } as const;

export function ProviderTable() {
  const health = useProviderHealth();
  const capabilities = useCapabilities();
  const [opened, setOpened] = useState<string>();
  return (
    <Loaded of={health}>
      {({ components }) => {
        const rows = Object.entries(components.llm_providers)
          .map(
            ([name, of]): Row => ({ name, ...of, capability: capabilities.find(({ provider }) => provider === name) }),
          )
          .toSorted((one, other) => Number(one.status === 'disabled') - Number(other.status === 'disabled'));
        const working = rows.filter(({ status }) => status === 'healthy').length;
        const chosen = rows.find(({ name }) => name === opened);
        return (
          <>
            <Figures>
              <Figure
                label="Providers that answer"
                value={formatCount(working)}
                note={`of ${formatCount(rows.filter(({ status }) => status !== 'disabled').length)} with a credential`}
              />
            </Figures>
            {rows.length === 0 ? (
              <Empty title="No provider is configured." />
            ) : (
              <DataTable
                label="Providers"
                columns={columnsFor(opened, setOpened)}
                rows={rows}
                rowKey={({ name }) => name}
              />
            )}
            {chosen === undefined ? null : <Detail of={chosen} />}
          </>
        );
      }}
    </Loaded>
  );
}

function columnsFor(opened: string | undefined, setOpened: (name: string | undefined) => void): readonly Column<Row>[] {
  return [
    { name: 'Provider', value: ({ name }) => name },
    {
      name: 'State',
      value: ({ status, error }) => (
        <Health level={LEVELS[status]}>{status === 'disabled' ? WORDS.disabled : (error ?? WORDS[status])}</Health>
      ),
    },
    {
      name: 'Answers in',
      align: 'right',
      value: ({ response_time_ms }) => (response_time_ms === null ? '–' : formatDuration(response_time_ms)),
      onPhone: false,
    },
    {
      name: 'Models',
      align: 'right',
      value: ({ capability }) => formatCount(capability?.models.length ?? 0),
      onPhone: false,
    },
    {
      name: 'More',
      align: 'right',
      value: ({ name }) => (
        <Button
          size="xs"
          variant="default"
          onClick={() => setOpened(opened === name ? undefined : name)}
          aria-expanded={opened === name}
          aria-label={opened === name ? `Close ${name}` : `About ${name}`}
        >
          {opened === name ? 'Close' : 'About'}
        </Button>
      ),
    },
  ];
}

function Detail({ of: { name, capability, error, model } }: { readonly of: Row }) {
  const mayDevelop = useMay('develop');
  const models = capability?.models ?? [];
  return (
    <Section title={capability?.title ?? name} framed>
      <Facts
        of={[
          ['Why', error],
          ['Seen on', model],
          ['Can', capability?.operations.join(', ')],
          ['Models', models.map(({ id }) => id).join(', ')],
        ]}
      />
      {mayDevelop && models.length > 0 ? (
        <TestProvider key={name} provider={name} models={models.map(({ id }) => id)} />
      ) : null}
    </Section>
  );
}
