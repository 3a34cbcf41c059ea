import { Button } from '@mantine/core';
import type { KeyObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { countOf } from '../../parts/count-of.ts';
import { Empty } from '../../parts/empty.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { Form } from '../../parts/form.tsx';
import { formatUsd } from '../../parts/format-usd.ts';
import { Health } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useProjectName } from '../../parts/project-names.ts';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { BudgetMeter } from './budget-meter.tsx';
import { changesOf, draftOf } from './key-draft.ts';
import { KeyFields } from './key-fields.tsx';
import { LimitsInUse } from './limits-in-use.tsx';
import { BUDGETS, KEYS, useBudgets, useKeys, useSpendOfKeys } from './reads.ts';
import { stateOfKey } from './state-of-key.ts';

export function OneKey({ id }: { readonly id: string }) {
  const keys = useKeys();
  return (
    <Loaded of={keys}>
      {({ data }) => {
        const key = data.find((one) => one.id === id);
        return key === undefined ? <NoKey id={id} /> : <Shown of={key} />;
      }}
    </Loaded>
  );
}

function NoKey({ id }: { readonly id: string }) {
  return (
    <Page title="No such key">
      <Empty title={`There is no key ${id}.`}>
        <Link href="/keys">All keys</Link>
      </Empty>
    </Page>
  );
}

function Shown({ of: key }: { readonly of: KeyObject }) {
  const mayOperate = useMay('operate');
  const projectName = useProjectName();
  const [isChanging, setIsChanging] = useState(false);
  const revoke = useAct(() => `DELETE ${KEYS}/${key.id}`, { refresh: [KEYS, BUDGETS], done: `${key.name} is revoked` });
  const state = stateOfKey(key);
  const canChange = mayOperate && key.revoked_at === null && key.id !== 'admin';
  return (
    <Page
      title={key.name}
      lead={
        <>
          <Link href="/keys">Keys</Link> · {key.role} in {projectName(key.project_id)} · ends in {key.last4}
        </>
      }
      action={
        canChange ? (
          <>
            <Button variant="default" onClick={() => setIsChanging(!isChanging)} aria-expanded={isChanging}>
              {isChanging ? 'Leave as it is' : 'Change'}
            </Button>
            <ConfirmButton
              size="sm"
              label="Revoke"
              question={`Revoke ${key.name}?`}
              consequence="Every call with this key is refused within a second, for good. Its records stay."
              onConfirm={() => revoke.run(undefined)}
            />
          </>
        ) : null
      }
    >
      <Problem of={revoke.problem} />
      <Numbers of={key} />
      {isChanging ? <Change of={key} onDone={() => setIsChanging(false)} /> : null}
      <LimitsInUse keyId={key.id} />
      <Section title="What it is">
        <Facts
          of={[
            [
              'State',
              <Health key="state" level={state.level}>
                {state.word}
              </Health>,
            ],
            ['Id', key.id],
            ['Models', key.models?.join(', ') ?? 'all'],
            ['Routes', key.routes?.join(', ') ?? 'all'],
            ['Endpoints', key.endpoints?.join(', ') ?? 'all of its role'],
            ['Reply cache', key.cache === undefined ? 'as configured' : key.cache ? 'used' : 'not used'],
            ['Made', <When key="made" at={key.created_at} />],
            ['Ends', key.expires_at === null ? 'never' : <When key="ends" at={key.expires_at} />],
            ['Revoked', key.revoked_at === null ? undefined : <When key="revoked" at={key.revoked_at} />],
          ]}
        />
      </Section>
    </Page>
  );
}

function Numbers({ of: key }: { readonly of: KeyObject }) {
  const spend = useSpendOfKeys().get(key.id);
  const budget = useBudgets().data?.data.find(({ scope, id }) => scope === 'key' && id === key.id);
  return (
    <Figures>
      <Figure
        label="Spent in 30 days"
        value={formatUsd(spend?.total_cost ?? 0)}
        note={countOf(spend?.request_count ?? 0, 'call')}
      />
      <Figure
        label="Left of its budget"
        value={budget?.remaining_usd == null ? '–' : formatUsd(Math.max(0, budget.remaining_usd))}
        note={budget === undefined ? 'it has none' : <BudgetMeter budget={budget} />}
      />
    </Figures>
  );
}

function Change({ of: key, onDone }: { readonly of: KeyObject; readonly onDone: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(key));
  const change = useAct<Record<string, unknown>, KeyObject>((body) => [`PATCH ${KEYS}/${key.id}`, body], {
    refresh: [KEYS, BUDGETS, '/api/v1/limits'],
    done: `${draft.name} is changed`,
  });
  const save = async () => {
    if ((await change.run(changesOf(draft))) !== undefined) onDone();
  };
  return (
    <Section title="Change it" framed>
      <Form
        label={`Change ${key.name}`}
        submit="Save"
        onSubmit={save}
        isSending={change.isRunning}
        problem={change.problem}
      >
        <KeyFields draft={draft} set={setDraft} isNew={false} />
      </Form>
    </Section>
  );
}
