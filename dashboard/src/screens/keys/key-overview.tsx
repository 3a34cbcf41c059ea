import { Button } from '@mantine/core';
import type { BudgetObject, KeyObject } from '@weir/contract';
import { useMay } from '../../api/session.ts';
import { countOf } from '../../parts/count-of.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { goTo } from '../../parts/location.ts';
import { Page } from '../../parts/page.tsx';
import { useProjectName } from '../../parts/project-names.ts';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { BudgetMeter } from './budget-meter.tsx';
import { Budgets } from './budgets.tsx';
import { type KeySpend, useBudgets, useKeys, useSpendOfKeys } from './reads.ts';
import { stateOfKey } from './state-of-key.ts';
import { Users } from './users.tsx';

export function KeyOverview() {
  const keys = useKeys();
  const budgets = useBudgets();
  const spend = useSpendOfKeys();
  const mayOperate = useMay('operate');
  const projectName = useProjectName();
  return (
    <Page
      title="Keys & limits"
      lead="Who may call, how much, and how far that is used."
      action={mayOperate ? <Button onClick={() => goTo('/keys/new')}>Create a key</Button> : null}
    >
      <Loaded of={keys}>
        {({ data }) => (
          <>
            <KeyFigures keys={data} budgets={budgets.data?.data ?? []} />
            <Section title="Keys">
              {data.length === 0 ? (
                <Empty title="There is no key yet.">
                  <p>A program calls Weir with a key of its own, so that what it costs can be told and bounded.</p>
                </Empty>
              ) : (
                <DataTable
                  label="Keys"
                  columns={columnsWith({ spend, budgets: budgets.data?.data ?? [], projectName })}
                  rows={workingFirst(data)}
                  rowKey={({ id }) => id}
                  href={({ id }) => `/keys/${id}`}
                />
              )}
            </Section>
          </>
        )}
      </Loaded>
      <Budgets of={budgets} keys={keys.data?.data ?? []} />
      <Users />
    </Page>
  );
}

function KeyFigures({
  keys,
  budgets,
}: {
  readonly keys: readonly KeyObject[];
  readonly budgets: readonly BudgetObject[];
}) {
  const working = keys.filter((key) => stateOfKey(key).word === 'works');
  const fullest = budgets.reduce((most, { settled_usd, usd }) => Math.max(most, (settled_usd ?? 0) / usd), 0);
  return (
    <Figures>
      <Figure
        label="Keys that work"
        value={formatCount(working.length)}
        note={`${formatCount(keys.length - working.length)} revoked or expired`}
      />
      <Figure
        label="Fullest budget"
        value={budgets.length === 0 ? '–' : `${Math.round(fullest * 100)}%`}
        note={budgets.length === 0 ? 'nothing is bounded yet' : `of ${countOf(budgets.length, 'budget')}`}
      />
    </Figures>
  );
}

function columnsWith({
  spend,
  budgets,
  projectName,
}: {
  readonly spend: ReadonlyMap<string, KeySpend>;
  readonly budgets: readonly BudgetObject[];
  readonly projectName: (id: string) => string;
}): readonly Column<KeyObject>[] {
  const budgetOf = new Map(budgets.filter(({ scope }) => scope === 'key').map((budget) => [budget.id, budget]));
  return [
    { name: 'Name', value: ({ name }) => name },
    { name: 'Key', value: ({ last4 }) => <code>…{last4}</code>, onPhone: false },
    { name: 'Role', value: ({ role }) => role, onPhone: false },
    { name: 'Project', value: ({ project_id }) => projectName(project_id), onPhone: false },
    {
      name: 'State',
      value: (key) => <Health level={stateOfKey(key).level}>{stateOfKey(key).word}</Health>,
    },
    {
      name: 'Budget',
      value: ({ id }) => {
        const budget = budgetOf.get(id);
        return budget === undefined ? <Health level="quiet">none</Health> : <BudgetMeter budget={budget} />;
      },
      onPhone: false,
    },
    {
      name: '30 days',
      align: 'right',
      value: ({ id }) => formatUsd(spend.get(id)?.total_cost ?? 0),
    },
    {
      name: 'Calls',
      align: 'right',
      value: ({ id }) => formatCount(spend.get(id)?.request_count ?? 0),
      onPhone: false,
    },
    { name: 'Made', align: 'right', value: ({ created_at }) => <When at={created_at} />, onPhone: false },
  ];
}

function workingFirst(keys: readonly KeyObject[]): readonly KeyObject[] {
  const rank = (key: KeyObject) => (stateOfKey(key).word === 'works' ? 0 : 1);
  return keys.toSorted((one, other) => rank(one) - rank(other));
}
