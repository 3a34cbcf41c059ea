import { Button, TextInput } from '@mantine/core';
import type { ProjectObject } from '@weir/contract';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Form } from '../../parts/form.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/section.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { When } from '../../parts/when.tsx';

const CodeEditor = lazy(() => import('../../parts/code-editor.tsx').then((it) => ({ default: it.CodeEditor })));
const PROJECTS = '/api/v1/projects';

/** The tenants, and what each decides for itself in place of the configuration. */
export function Projects() {
  const projects = useRead<{ data: readonly ProjectObject[] }>(`${PROJECTS}?limit=1000`, { refreshOn: ['change'] });
  const [opened, setOpened] = useState<string>();
  const mayAdmin = useMay('admin');
  const mayOperate = useMay('operate');
  const [name, setName] = useState('');
  const make = useAct<{ name: string }>(`POST ${PROJECTS}`, { refresh: [PROJECTS], done: 'The project is made' });
  const policyColumn: Column<ProjectObject> = {
    name: 'Policy',
    align: 'right',
    value: ({ id }) => (
      <Button size="xs" variant="default" onClick={() => setOpened(opened === id ? undefined : id)}>
        {opened === id ? 'Close' : 'Open'}
      </Button>
    ),
  };
  const columns: readonly Column<ProjectObject>[] = [
    { name: 'Name', value: (project) => project.name },
    { name: 'Id', value: ({ id }) => <code>{id}</code>, onPhone: false },
    { name: 'Made', value: ({ created_at }) => <When at={created_at} />, onPhone: false },
    ...(mayOperate ? [policyColumn] : []),
  ];
  return (
    <Section title="Projects" lead="Keys, budgets, prompts and workflows belong to a project; none sees another's.">
      <Loaded of={projects}>
        {({ data }) => <DataTable label="Projects" columns={columns} rows={data} rowKey={({ id }) => id} />}
      </Loaded>
      {opened === undefined ? null : <Policy key={opened} project={opened} />}
      {mayAdmin ? (
        <Form
          label="New project"
          submit="Make it"
          inline
          onSubmit={async () => {
            if ((await make.run({ name })) !== undefined) setName('');
          }}
          isSending={make.isRunning}
          problem={make.problem}
        >
          <TextInput
            label="New project"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            placeholder="its name"
          />
        </Form>
      ) : null}
    </Section>
  );
}

function Policy({ project }: { readonly project: string }) {
  const path = `${PROJECTS}/${encodeURIComponent(project)}/policy`;
  const policy = useRead<Record<string, unknown>>(path);
  return (
    <Section
      title={`Policy of ${project}`}
      lead="Sections of the configuration that this project has for itself; what is left out is the configuration's."
      framed
    >
      <Loaded of={policy}>{(sections) => <PolicyForm path={path} first={sections} />}</Loaded>
    </Section>
  );
}

function PolicyForm({ path, first }: { readonly path: string; readonly first: unknown }) {
  const [text, setText] = useState(() => JSON.stringify(first, null, 2));
  const put = useAct<Blob>(`PUT ${path}`, { refresh: [path], done: 'The policy holds from now on' });
  return (
    <Form
      label="Policy"
      submit="Save the policy"
      onSubmit={() => put.run(new Blob([text], { type: 'application/json' }))}
      isSending={put.isRunning}
      problem={put.problem}
    >
      <Suspense fallback={<Waiting />}>
        <CodeEditor label="Policy, in JSON" value={text} onChange={setText} language="json" minHeight={120} />
      </Suspense>
    </Form>
  );
}
