import type { BudgetObject } from '@weir/contract';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatUsd } from '../../parts/format-usd.ts';
import { Health } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Meter } from '../../parts/meter.tsx';
import type { ProjectScope } from '../../parts/project-picker.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { endOf } from './end-of-budget.ts';

/** Which budgets are nearly gone, and which will be before they are fresh again. */
export function BudgetsLeft({ scope }: { readonly scope: ProjectScope }) {
  const budgets = useRead<{ data: readonly BudgetObject[] }>(`/api/v1/budgets?${new URLSearchParams({ ...scope })}`, {
    refreshOn: ['call', 'change:budget'],
  });
  return (
    <Section title="Budgets" lead="What is left of each, and whether it lasts.">
      <Loaded of={budgets}>
        {({ data }) => {
          const rows = data.filter(({ settled_usd }) => settled_usd !== null);
          if (rows.length > 0)
            return <DataTable label="What is left of budgets" columns={COLUMNS} rows={rows} rowKey={keyOf} />;
          return (
            <Empty title="Nothing bounds what is spent here.">
              <p>
                <Link href="/keys">Set a budget</Link> for a key, a user or the project: it refuses before more is
                spent.
              </p>
            </Empty>
          );
        }}
      </Loaded>
    </Section>
  );
}

function keyOf(budget: BudgetObject): string {
  return `${budget.project_id} ${nameOf(budget)}`;
}

function nameOf({ scope, id, period }: BudgetObject): string {
  return `${scope} ${id}, ${period}`;
}

function usedOf({ settled_usd, reserved_usd }: BudgetObject): number {
  return (settled_usd ?? 0) + (reserved_usd ?? 0);
}

const COLUMNS: readonly Column<BudgetObject>[] = [
  { name: 'Budget', value: nameOf },
  {
    name: 'Used',
    value: (budget) => (
      <Meter share={usedOf(budget) / budget.usd} label={`Used of ${nameOf(budget)}`}>
        {formatUsd(usedOf(budget))} of {formatUsd(budget.usd)}
      </Meter>
    ),
  },
  {
    name: 'At this pace',
    value: (budget) => {
      const end = endOf({ ...budget, used_usd: usedOf(budget) }, Date.now());
      if (end === 'gone') return <Health level="bad">gone</Health>;
      if (end === 'lasts') return <Health level="good">lasts</Health>;
      return (
        <Health level="warn">
          gone <When at={new Date(end).toISOString()} />
        </Health>
      );
    },
  },
  {
    name: 'Fresh',
    align: 'right',
    onPhone: false,
    value: ({ resets_at }) => (resets_at === null ? 'never' : <When at={resets_at} />),
  },
];
