import { Modal, NativeSelect } from '@mantine/core';
import type { ExecutionObject } from '@weir/contract';
import { lazy, Suspense, useState } from 'react';
import { useAct } from '../../../api/use-act.ts';
import { Fields, Form } from '../../../parts/form.tsx';
import { goTo } from '../../../parts/location.ts';
import { Waiting } from '../../../parts/waiting.tsx';
import { parsedJson } from '../parsed-json.ts';

const CodeEditor = lazy(() => import('../../../parts/code-editor.tsx').then((it) => ({ default: it.CodeEditor })));
const FIRST = '';

/** A new run that takes over what this one finished before a step, at no cost. */
export function ForkRun({
  of: run,
  workflowId,
  onClose,
}: {
  readonly of: ExecutionObject;
  readonly workflowId: string;
  readonly onClose: () => void;
}) {
  const [fromStep, setFromStep] = useState(run.steps[0]?.path ?? FIRST);
  const [text, setText] = useState(() => JSON.stringify(run.input, null, 2));
  const fork = useAct<unknown, { execution_id: string }>(`POST /api/executions/${run.id}/fork`, {
    refresh: ['/api/workflows'],
  });
  const { value, mistake } = parsedJson(text);
  const start = async () => {
    if (mistake !== undefined) return;
    const made = await fork.run({ input: value, ...(fromStep === FIRST ? {} : { from_step: fromStep }) });
    if (made !== undefined) goTo(`/workflows/${workflowId}/runs/${made.execution_id}`);
  };
  return (
    <Modal opened onClose={onClose} title="Fork this run" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Form
        label="Fork"
        submit="Start the fork"
        onSubmit={start}
        isSending={fork.isRunning}
        problem={fork.problem}
        aside={mistake}
      >
        <Fields lead="Everything before that step is taken over, at no cost.">
          <NativeSelect
            label="Runs again from"
            value={fromStep}
            onChange={(event) => setFromStep(event.currentTarget.value)}
            data={[{ value: FIRST, label: 'the first that is not completed' }, ...run.steps.map(({ path }) => path)]}
          />
        </Fields>
        <Suspense fallback={<Waiting />}>
          <CodeEditor label="Input of the fork" value={text} onChange={setText} language="json" minHeight={90} />
        </Suspense>
      </Form>
    </Modal>
  );
}
