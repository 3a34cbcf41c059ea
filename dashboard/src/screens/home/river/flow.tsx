import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useRead } from '../../../api/use-read.ts';
import { Empty } from '../../../parts/empty.tsx';
import type { HealthLevel } from '../../../parts/health.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Section } from '../../../parts/section.tsx';
import { type Measure, type ReportGroup, readFlows } from './read-flows.ts';
import { River } from './river.tsx';

interface HealthReply {
  readonly components: { readonly llm_providers: Readonly<Record<string, { readonly status: string }>> };
}

interface KeyReply {
  readonly data: readonly { readonly id: string; readonly name: string }[];
}

const HOUR_MS = 3_600_000;
const LEVELS: Readonly<Record<string, HealthLevel>> = { healthy: 'good', degraded: 'warn', unhealthy: 'bad' };

/** The last day as a river: keys, Weir, providers. */
export function Flow() {
  const [chosen, setChosen] = useState<Measure>();
  const fromMs = Date.now() - (Date.now() % HOUR_MS) - 23 * HOUR_MS;
  const report = useRead<{
    readonly groups: readonly ReportGroup[];
    readonly total_cost: number;
    readonly saved_usd: number;
  }>(`/api/v1/usage/report?group_by=key,provider&from=${new Date(fromMs).toISOString()}`, {
    refreshOn: ['call'],
    everyMs: 60_000,
  });
  const health = useRead<HealthReply>('/healthz', { everyMs: 5000 });
  const keys = useRead<KeyReply>('/api/v1/keys?limit=200', { refreshOn: ['change:key'] });
  const isFree = report.data !== undefined && report.data.total_cost + report.data.saved_usd === 0;
  const measure = chosen ?? (isFree ? 'calls' : 'spend');
  const flows = useMemo(() => {
    const names = new Map(keys.data?.data.map(({ id, name }) => [id, name]));
    const providers = health.data?.components.llm_providers ?? {};
    return readFlows(report.data?.groups ?? [], {
      measure,
      keyName: (id) => names.get(id) ?? id,
      providerLevel: (name) => LEVELS[providers[name]?.status ?? ''] ?? 'quiet',
    });
  }, [report.data, health.data, keys.data, measure]);

  return (
    <Section
      title="The last 24 hours"
      action={
        <SegmentedControl
          size="xs"
          aria-label="Width shows"
          value={measure}
          onChange={(value) => setChosen(value as Measure)}
          data={[
            { value: 'spend', label: 'Spend' },
            { value: 'calls', label: 'Calls' },
          ]}
        />
      }
    >
      <Loaded of={report}>
        {() =>
          flows.inflows.length === 0 ? (
            <Empty title="Nothing flowed in the last 24 hours." />
          ) : (
            <River flows={flows} measure={measure} />
          )
        }
      </Loaded>
    </Section>
  );
}
