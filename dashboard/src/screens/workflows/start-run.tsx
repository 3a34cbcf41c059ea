import { NumberInput } from '@mantine/core';
import type { WorkflowObject } from '@weir/contract';
import { lazy, Suspense, useState } from 'react';
import { useAct } from '../../api/use-act.ts';
import { Fields, Form } from '../../parts/form.tsx';
import { goTo } from '../../parts/location.ts';
import { Section } from '../../parts/section.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { exampleInput } from './example-input.ts';
import { parsedJson } from './parsed-json.ts';
import { WORKFLOWS } from './reads.ts';

const CodeEditor = lazy(() => import('../../parts/code-editor.tsx').then((it) => ({ default: it.CodeEditor })));

/** Starts a run with an input, and goes to watch it. */
export function StartRun({ of: { id, document } }: { readonly of: WorkflowObject }) {
  const [text, setText] = useState(() => JSON.stringify(exampleInput(document), null, 2));
  const [usd, setUsd] = useState<number | string>('');
  const start = useAct<unknown, { execution_id: string }>(`POST ${WORKFLOWS}/${id}/execute`, { refresh: [WORKFLOWS] });
  const { value, mistake } = parsedJson(text);
  const run = async () => {
    if (mistake !== undefined) return;
    const started = await start.run({ input: value, ...(usd === '' ? {} : { budget: { usd: Number(usd) } }) });
    if (started !== undefined) goTo(`/workflows/${id}/runs/${started.execution_id}`);
  };
  return (
    <Section title="Run it" framed>
      <Form
        label="Run"
        submit="Start"
        onSubmit={run}
        isSending={start.isRunning}
        problem={start.problem}
        aside={mistake}
      >
        <Suspense fallback={<Waiting />}>
          <CodeEditor label="Input, in JSON" value={text} onChange={setText} language="json" minHeight={90} />
        </Suspense>
        <Fields>
          <NumberInput
            label="Spend at most (USD)"
            value={usd}
            onChange={setUsd}
            min={0}
            decimalScale={6}
            hideControls
            placeholder="as the document says"
          />
        </Fields>
      </Form>
    </Section>
  );
}
