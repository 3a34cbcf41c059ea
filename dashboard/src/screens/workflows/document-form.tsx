import { Button } from '@mantine/core';
import type { WorkflowCheck, WorkflowObject } from '@weir/contract';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useAct } from '../../api/use-act.ts';
import { Form } from '../../parts/form.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { CheckResult } from './check-result.tsx';
import { bodyOf, languageOf } from './document-text.ts';
import { WORKFLOWS } from './reads.ts';

const CodeEditor = lazy(() => import('../../parts/code-editor.tsx').then((it) => ({ default: it.CodeEditor })));

/** A document in an editor: checked without storing it, and stored by `request`. */
export function DocumentForm({
  first,
  request,
  submit,
  onStored,
  aside,
}: {
  readonly first: string;
  /** `POST /api/workflows`, or `PUT` of one. */
  readonly request: string;
  readonly submit: string;
  readonly onStored: (workflow: WorkflowObject) => void;
  readonly aside?: ReactNode;
}) {
  const [text, setText] = useState(first);
  const store = useAct<Blob, WorkflowObject>(request, { refresh: [WORKFLOWS] });
  const check = useAct<Blob, WorkflowCheck>(`POST ${WORKFLOWS}/check`);
  const save = async () => {
    const workflow = await store.run(bodyOf(text));
    if (workflow !== undefined) onStored(workflow);
  };
  return (
    <Form
      label="Document"
      submit={submit}
      onSubmit={save}
      isSending={store.isRunning}
      problem={store.problem ?? check.problem}
      aside={
        <>
          <Button variant="default" loading={check.isRunning} onClick={() => void check.run(bodyOf(text))}>
            Check
          </Button>
          {aside}
        </>
      }
    >
      <Suspense fallback={<Waiting lines={5} />}>
        <CodeEditor
          label="Document, in JSON or YAML"
          value={text}
          onChange={setText}
          language={languageOf(text)}
          minHeight={320}
        />
      </Suspense>
      {check.reply === undefined ? null : <CheckResult of={check.reply} />}
    </Form>
  );
}
