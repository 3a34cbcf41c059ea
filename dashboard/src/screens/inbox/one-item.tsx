import { Button } from '@mantine/core';
import type { InboxItem } from '@weir/contract';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { Facts } from '../../parts/facts.tsx';
import { Form } from '../../parts/form.tsx';
import { JsonView } from '../../parts/json-view.tsx';
import { Link } from '../../parts/link.tsx';
import { Section } from '../../parts/section.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { When } from '../../parts/when.tsx';
import { FormFields } from './form-fields.tsx';
import { firstData, isSimple } from './form-schema.ts';
import { KINDS } from './kinds.ts';

const CodeEditor = lazy(() => import('../../parts/code-editor.tsx').then((it) => ({ default: it.CodeEditor })));

/** One item with what is asked and its form; y and n decide, wherever the focus is outside of a field. */
export function OneItem({ of: item, onMove }: { readonly of: InboxItem; readonly onMove: (step: number) => void }) {
  const mayOperate = useMay('operate');
  const [data, setData] = useState(() => firstData(item));
  const [text, setText] = useState(() => JSON.stringify(firstData(item), null, 2));
  const decide = useAct<'approve' | 'reject', InboxItem>(
    (decision) => [`POST /api/v1/inbox/${item.id}/${decision}`, bodyOf(decision)],
    {
      refresh: ['/api/v1/inbox', '/api/executions'],
      done: `${item.title} Decided.`,
    },
  );
  const kind = KINDS[item.kind];
  const canDecide = mayOperate && item.status === 'open';
  const isFree = item.form !== null && !isSimple(item.form);
  function bodyOf(decision: 'approve' | 'reject') {
    if (item.form === null || decision === 'reject') return {};
    return { data: isFree ? parsed(text) : data };
  }
  useKeys({ y: () => void decide.run('approve'), n: () => void decide.run('reject') }, canDecide && !decide.isRunning);
  useKeys({ j: () => onMove(1), k: () => onMove(-1) }, true);

  return (
    <Section
      title={item.title}
      lead={
        <>
          {kind.name} · asked <When at={item.created_at} />
        </>
      }
      framed
    >
      <What of={item} />
      {canDecide ? (
        <Form
          label="Decision"
          submit={kind.yes}
          onSubmit={() => decide.run('approve')}
          isSending={decide.isRunning}
          problem={decide.problem}
          aside={
            <Button variant="default" disabled={decide.isRunning} onClick={() => void decide.run('reject')}>
              {kind.no}
            </Button>
          }
        >
          {item.form === null ? null : isFree ? (
            <Suspense fallback={<Waiting />}>
              <CodeEditor label="Answer, in JSON" value={text} onChange={setText} language="json" minHeight={90} />
            </Suspense>
          ) : (
            <FormFields schema={item.form} data={data} set={setData} />
          )}
        </Form>
      ) : (
        <Facts
          of={[
            ['Decision', item.status],
            ['By', item.decided_by],
            ['When', item.decided_at === null ? undefined : <When key="when" at={item.decided_at} />],
            [
              'With',
              item.data === null ? undefined : <JsonView key="with" label="What was filled in" of={item.data} />,
            ],
          ]}
        />
      )}
    </Section>
  );
}

/** What is asked, as names and values; what is more than a text or a number, as JSON. */
function What({ of: item }: { readonly of: InboxItem }) {
  const { detail, execution_id, step, expires_at } = item;
  const members =
    typeof detail === 'object' && detail !== null ? Object.entries(detail) : [['detail', detail] as const];
  const shown = members.filter(
    ([name, value]) => value !== null && !(name === 'data' && item.form !== null) && value !== item.title,
  );
  return (
    <Facts
      of={[
        ...shown.map(
          ([name, value]) =>
            [
              name.replaceAll('_', ' '),
              typeof value === 'object' ? <JsonView key={name} label={name} of={value} /> : String(value),
            ] as const,
        ),
        [
          'run',
          execution_id === null ? undefined : (
            <Link key="run" href={`/workflows/${workflowOf(detail)}/runs/${execution_id}`}>
              {step ?? execution_id}
            </Link>
          ),
        ],
        ['decided by itself', expires_at === null ? undefined : <When key="expires" at={expires_at} />],
      ]}
    />
  );
}

function workflowOf(detail: unknown): string {
  const name = (detail as { workflow?: unknown } | null)?.workflow;
  return typeof name === 'string' ? encodeURIComponent(name) : '-';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Single keys, outside of fields and without modifiers. */
function useKeys(keys: Readonly<Record<string, () => void>>, isOn: boolean): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (!isOn) return;
    const listen = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.repeat) return;
      if ((event.target as Element).closest('input, textarea, select, [contenteditable=true], [role=dialog]') !== null)
        return;
      latest.current[event.key]?.();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [isOn]);
}
