import { Button, Checkbox, NativeSelect, NumberInput, TagsInput, TextInput } from '@mantine/core';
import type { RouteObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fields, Form } from '../../parts/form.tsx';
import { formatDuration } from '../../parts/format-duration.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { ROUTES, useCapabilities, useRoutes } from './reads.ts';

const STRATEGIES = ['fallback', 'weighted', 'least-latency', 'least-cost'];

/** Names that clients send as a model, and the targets behind them. */
export function Routes() {
  const routes = useRoutes();
  const isAdmin = useMay('admin');
  const [isMaking, setIsMaking] = useState(false);
  const remove = useAct(({ name }: RouteObject) => `DELETE ${ROUTES}/${encodeURIComponent(name)}`, {
    refresh: [ROUTES],
    done: 'The route is deleted',
  });
  const columns: readonly Column<RouteObject>[] = [
    { name: 'Route', value: ({ name }) => name },
    { name: 'Targets', value: ({ targets }) => targets.map(({ model }) => model).join(' → ') },
    { name: 'Strategy', value: ({ strategy }) => strategy, onPhone: false },
    {
      name: 'Within',
      align: 'right',
      value: ({ timeout_ms }) => (timeout_ms === null ? '–' : formatDuration(timeout_ms)),
      onPhone: false,
    },
    {
      name: 'From',
      align: 'right',
      value: (route) =>
        route.source === 'file' || !isAdmin ? (
          { file: 'the file', api: 'here' }[route.source]
        ) : (
          <ConfirmButton
            label="Delete"
            question={`Delete the route ${route.name}?`}
            consequence="Calls that name it are refused from then on."
            onConfirm={() => remove.run(route)}
          />
        ),
      onPhone: false,
    },
  ];
  return (
    <Section
      title="Routes"
      lead="A name in place of a model; it leads to several."
      action={
        isAdmin ? (
          <Button variant="default" size="xs" onClick={() => setIsMaking(!isMaking)} aria-expanded={isMaking}>
            {isMaking ? 'Close' : 'Set a route'}
          </Button>
        ) : null
      }
    >
      {isMaking ? <SetRoute onDone={() => setIsMaking(false)} /> : null}
      <Problem of={remove.problem} />
      <Loaded of={routes}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="There is no route.">
              <p>With one, another provider answers when the first fails, without a change in any program.</p>
            </Empty>
          ) : (
            <DataTable label="Routes" columns={columns} rows={data} rowKey={({ name }) => name} />
          )
        }
      </Loaded>
    </Section>
  );
}

function SetRoute({ onDone }: { readonly onDone: () => void }) {
  const names = useCapabilities().flatMap(({ provider, models }) => models.map(({ id }) => `${provider}/${id}`));
  const [name, setName] = useState('');
  const [strategy, setStrategy] = useState('fallback');
  const [targets, setTargets] = useState<string[]>([]);
  const [timeout, setTimeoutMs] = useState<number | string>('');
  const [isSticky, setIsSticky] = useState(false);
  const put = useAct<Record<string, unknown>>(`PUT ${ROUTES}`, {
    refresh: [ROUTES, '/v1/'],
    done: `${name} leads there now`,
  });
  const save = async () => {
    const timed = timeout === '' ? {} : { timeout_ms: Number(timeout) };
    if ((await put.run({ name, strategy, targets, ...timed, ...(isSticky ? { sticky: true } : {}) })) !== undefined)
      onDone();
  };
  return (
    <Form label="Route" submit="Save the route" onSubmit={save} isSending={put.isRunning} problem={put.problem}>
      <Fields>
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          placeholder="fast"
          required
        />
        <NativeSelect
          label="Strategy"
          value={strategy}
          onChange={(event) => setStrategy(event.currentTarget.value)}
          data={STRATEGIES}
        />
        <NumberInput
          label="Within (ms)"
          value={timeout}
          onChange={setTimeoutMs}
          min={1}
          allowDecimal={false}
          hideControls
          placeholder="no limit"
        />
      </Fields>
      <TagsInput
        label="Targets, in order"
        value={targets}
        onChange={setTargets}
        data={names}
        limit={20}
        placeholder="provider/model"
      />
      <Checkbox
        label="Calls of a session keep their target"
        checked={isSticky}
        onChange={(event) => setIsSticky(event.currentTarget.checked)}
      />
    </Form>
  );
}
