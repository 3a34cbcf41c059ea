import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { BudgetObject, KeyObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import type { Read } from '../../api/use-read.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { countOf } from '../../parts/count-of.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fields, Form } from '../../parts/form.tsx';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { BudgetFields } from './budget-fields.tsx';
import { BudgetMeter } from './budget-meter.tsx';
import { budgetOf, NO_BUDGET } from './key-draft.ts';
import { BUDGETS, type List } from './reads.ts';

const SCOPES = ['project', 'user', 'key', 'workflow', 'step', 'mcp_server'];

/** Every budget with what is gone of it; setting one, replacing one, removing one. */
export function Budgets({
  of: budgets,
  keys,
}: {
  readonly of: Read<List<BudgetObject>>;
  readonly keys: readonly KeyObject[];
}) {
  const mayOperate = useMay('operate');
  const [isSetting, setIsSetting] = useState(false);
  const remove = useAct(
    (budget: BudgetObject) =>
      `DELETE ${BUDGETS}?${new URLSearchParams({
        ...{ project_id: budget.project_id, scope: budget.scope, id: budget.id, period: budget.period },
      })}`,
    { refresh: [BUDGETS], done: 'The budget is removed' },
  );
  return (
    <Section
      title="Budgets"
      lead="What a key, user, project, workflow or tool server may spend."
      action={
        mayOperate ? (
          <Button variant="default" size="xs" onClick={() => setIsSetting(!isSetting)} aria-expanded={isSetting}>
            {isSetting ? 'Close' : 'Set a budget'}
          </Button>
        ) : null
      }
    >
      {isSetting ? <SetBudget keys={keys} onDone={() => setIsSetting(false)} /> : null}
      <Problem of={remove.problem} />
      <Loaded of={budgets}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No budget is set.">
              <p>A budget refuses, asks or switches to a cheaper model before more is spent than you want.</p>
            </Empty>
          ) : (
            <DataTable
              label="Budgets"
              columns={columnsFor(keys, mayOperate ? remove.run : undefined)}
              rows={data}
              rowKey={({ project_id, scope, id, period, source }) => `${project_id} ${scope} ${id} ${period} ${source}`}
            />
          )
        }
      </Loaded>
    </Section>
  );
}

function columnsFor(
  keys: readonly KeyObject[],
  remove: ((budget: BudgetObject) => Promise<unknown>) | undefined,
): readonly Column<BudgetObject>[] {
  const nameOf = new Map(keys.map(({ id, name }) => [id, name]));
  return [
    { name: 'For', value: ({ scope, id }) => `${scope} ${id === '*' ? '(each)' : (nameOf.get(id) ?? id)}` },
    { name: 'Used', value: (budget) => <BudgetMeter budget={budget} /> },
    {
      name: 'Then',
      value: ({ on_exceed, degrade_to, shadow }) =>
        shadow === true ? 'only reports' : (degrade_to ?? on_exceed ?? 'stop'),
      onPhone: false,
    },
    {
      name: 'Last refusal',
      value: ({ last_refusal }) =>
        last_refusal === null ? (
          '–'
        ) : (
          <Health level="bad">
            <When at={last_refusal.at} /> · {countOf(last_refusal.count, 'time')}
          </Health>
        ),
      onPhone: false,
    },
    {
      name: 'Fresh',
      align: 'right',
      value: ({ resets_at }) => (resets_at === null ? 'never' : <When at={resets_at} />),
      onPhone: false,
    },
    {
      name: 'From',
      align: 'right',
      value: (budget) =>
        budget.source !== 'api' || remove === undefined ? (
          { file: 'the file', key: 'its key', api: 'here' }[budget.source]
        ) : (
          <ConfirmButton
            label="Remove"
            question={`Remove the budget of ${budget.scope} ${nameOf.get(budget.id) ?? budget.id}?`}
            consequence="From then on nothing stops its spending, unless another budget does."
            onConfirm={() => remove(budget)}
          />
        ),
      onPhone: false,
    },
  ];
}

function SetBudget({ keys, onDone }: { readonly keys: readonly KeyObject[]; readonly onDone: () => void }) {
  const [scope, setScope] = useState('project');
  const [id, setId] = useState('default');
  const [terms, setTerms] = useState(NO_BUDGET);
  const put = useAct<Record<string, unknown>>(`PUT ${BUDGETS}`, {
    refresh: [BUDGETS],
    done: 'The budget holds from now on',
  });
  const save = async () => {
    if ((await put.run({ scope, id, ...budgetOf(terms) })) !== undefined) onDone();
  };
  const working = keys.filter(({ revoked_at }) => revoked_at === null);
  const choose = (next: string) => {
    setScope(next);
    setId(next === 'project' ? 'default' : next === 'key' ? (working[0]?.id ?? '') : '');
  };
  return (
    <Form label="Budget" submit="Set it" onSubmit={save} isSending={put.isRunning} problem={put.problem}>
      <Fields>
        <NativeSelect
          label="For a"
          value={scope}
          onChange={(event) => choose(event.currentTarget.value)}
          data={SCOPES}
        />
        {scope === 'key' ? (
          <NativeSelect
            label="Which key"
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
            data={[
              { value: '*', label: 'each of them' },
              ...working.map((key) => ({ value: key.id, label: key.name })),
            ]}
          />
        ) : (
          <TextInput
            label={`Which ${scope}`}
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
            placeholder="its id, or * for each of them"
            required
          />
        )}
      </Fields>
      <BudgetFields draft={terms} set={setTerms} isRequired />
    </Form>
  );
}
