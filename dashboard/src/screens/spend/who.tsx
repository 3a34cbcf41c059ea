import { SegmentedControl } from '@mantine/core';
import type { KeyObject } from '@weir/contract';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { useQueryParameter } from '../../parts/location.ts';
import { Meter } from '../../parts/meter.tsx';
import type { Period } from '../../parts/period.tsx';
import type { ProjectScope } from '../../parts/project-picker.tsx';
import { Section } from '../../parts/section.tsx';
import type { SpendGroup, SpendReport } from './report.ts';

const BY = [
  { value: 'key', label: 'Key' },
  { value: 'user', label: 'User' },
  { value: 'agent', label: 'Agent' },
  { value: 'model', label: 'Model' },
  { value: 'provider', label: 'Provider' },
] as const;
type By = (typeof BY)[number]['value'];

/** Where the money went: by key, user, agent, model or provider, the dearest first. */
export function Who({ scope, period }: { readonly scope: ProjectScope; readonly period: Period }) {
  const [asked, setAsked] = useQueryParameter('by');
  const by: By = BY.find(({ value }) => value === asked)?.value ?? 'key';
  const query = new URLSearchParams({ ...scope, from: period.from, group_by: by });
  const report = useRead<SpendReport>(`/api/v1/usage/report?${query}`, { refreshOn: ['call'] });
  const keys = useRead<{ data: readonly KeyObject[] }>('/api/v1/keys?limit=1000', { enabled: by === 'key' });
  const nameOf = new Map(keys.data?.data.map(({ id, name }) => [id, name]));
  const named = (group: SpendGroup) => {
    const value = group[by];
    return value == null || value === '' ? `no ${by}` : (nameOf.get(value) ?? value);
  };
  return (
    <Section
      title="Where it went"
      action={
        <SegmentedControl
          aria-label="Spend by"
          size="xs"
          value={by}
          onChange={(value) => setAsked(value === 'key' ? '' : value)}
          data={[...BY]}
        />
      }
    >
      <Loaded of={report}>
        {({ groups, total_cost }) => (
          <DataTable
            label={`Spend by ${by}`}
            columns={columnsFor(by, named, total_cost)}
            rows={groups.toSorted((left, right) => right.total_cost - left.total_cost)}
            rowKey={(group) => String(group[by])}
          />
        )}
      </Loaded>
    </Section>
  );
}

function columnsFor(by: By, named: (group: SpendGroup) => string, all: number): readonly Column<SpendGroup>[] {
  const share = ({ total_cost }: SpendGroup) => (all === 0 ? 0 : total_cost / all);
  return [
    { name: BY.find(({ value }) => value === by)?.label ?? by, value: named },
    {
      name: 'Share',
      onPhone: false,
      value: (group) => (
        <Meter isGood share={share(group)} label={`Share of ${named(group)}`}>
          {formatShare(share(group))}
        </Meter>
      ),
    },
    { name: 'Calls', align: 'right', value: ({ request_count }) => formatCount(request_count) },
    { name: 'Tokens', align: 'right', onPhone: false, value: ({ token_usage }) => formatCount(token_usage.total) },
    { name: 'Spent', align: 'right', value: ({ total_cost }) => formatUsd(total_cost) },
  ];
}
