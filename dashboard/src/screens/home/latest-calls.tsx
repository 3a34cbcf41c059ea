import { useState } from 'react';
import { useLive } from '../../api/use-live.ts';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatDuration } from '../../parts/format-duration.ts';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Money } from '../../parts/money.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';

/** What a record and a live event of a call have in common. */
interface Call {
  readonly request_id: string;
  readonly timestamp: number;
  readonly provider: string | null;
  readonly model: string | null;
  /** Live events do not have it. */
  readonly model_requested?: string | null;
  readonly success: boolean;
  readonly error_code: string | null;
  readonly cache: string;
  readonly response_time_ms: number;
  readonly cost_nano_usd: number | string;
}

const SHOWN = 6;
const NONE: readonly Call[] = [];

const COLUMNS: readonly Column<Call>[] = [
  {
    name: 'Model',
    value: (call) => [call.provider, call.model].filter(Boolean).join('/') || call.model_requested || '–',
  },
  { name: 'Result', value: (call) => <Result call={call} /> },
  { name: 'Took', value: (call) => formatDuration(call.response_time_ms), align: 'right', onPhone: false },
  { name: 'Cost', value: (call) => <Money nano={call.cost_nano_usd} places={6} />, align: 'right' },
  { name: 'When', value: (call) => <When at={call.timestamp} clock />, align: 'right', onPhone: false },
];

/** The calls that settled last, as they settle. */
export function LatestCalls() {
  const read = useRead<{ readonly data: readonly Call[] }>(`/api/v1/usage/records?limit=${SHOWN}`, { everyMs: 5000 });
  const [live, setLive] = useState(NONE);
  useLive(['call'], ({ data }) => setLive((calls) => [data as Call, ...calls].slice(0, SHOWN)));
  return (
    <Section title="Latest calls">
      <Loaded of={read}>
        {({ data }) => (
          <DataTable
            label="Latest calls"
            columns={COLUMNS}
            rows={newest(live, data)}
            rowKey={(call) => call.request_id}
            href={(call) => `/requests/${call.request_id}`}
          />
        )}
      </Loaded>
    </Section>
  );
}

function Result({ call }: { readonly call: Call }) {
  if (!call.success) return <Health level="bad">{call.error_code ?? 'failed'}</Health>;
  return (
    <Health level="good">{call.cache === 'hit' || call.cache === 'semantic' ? 'from the cache' : 'answered'}</Health>
  );
}

function newest(live: readonly Call[], read: readonly Call[]): readonly Call[] {
  const all = new Map([...read, ...live].map((call) => [call.request_id, call]));
  return [...all.values()].toSorted((a, b) => b.timestamp - a.timestamp).slice(0, SHOWN);
}
