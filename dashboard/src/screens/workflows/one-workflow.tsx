import { Button, Switch } from '@mantine/core';
import type { ExecutionSummary, WorkflowObject } from '@weir/contract';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatDuration } from '../../parts/format-duration.ts';
import { formatShare } from '../../parts/format-share.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { Health } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { goTo } from '../../parts/location.ts';
import { Page } from '../../parts/page.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { When } from '../../parts/when.tsx';
import { DocumentForm } from './document-form.tsx';
import type { StepDefinition } from './graph/step-definition.ts';
import { useRuns, useWorkflow, WORKFLOWS } from './reads.ts';
import { StartRun } from './start-run.tsx';
import { isOver, stateOfRun } from './state-of-run.ts';
import { Triggers, WebhookSecrets } from './triggers.tsx';

const WorkflowGraph = lazy(() => import('./graph/workflow-graph.tsx'));

export function OneWorkflow({ id }: { readonly id: string }) {
  const workflow = useWorkflow(id);
  if (workflow.data === undefined) {
    return (
      <Page title="Workflow">
        <Loaded of={workflow}>{() => null}</Loaded>
      </Page>
    );
  }
  return <Shown of={workflow.data} />;
}

function Shown({ of: workflow }: { readonly of: WorkflowObject }) {
  const mayDevelop = useMay('develop');
  const [open, setOpen] = useState<'run' | 'edit'>();
  const [stored, setStored] = useState<WorkflowObject>();
  const toggle = (part: 'run' | 'edit') => setOpen(open === part ? undefined : part);
  return (
    <Page
      title={workflow.name}
      lead={
        <>
          <Link href="/workflows">Workflows</Link> · version {workflow.version}
          {workflow.description === '' ? '' : ` · ${workflow.description}`}
        </>
      }
      action={
        mayDevelop ? (
          <>
            <Button variant="default" onClick={() => toggle('edit')} aria-expanded={open === 'edit'}>
              Edit
            </Button>
            <Button onClick={() => toggle('run')} aria-expanded={open === 'run'}>
              Run it
            </Button>
          </>
        ) : null
      }
    >
      {open === 'run' ? <StartRun of={workflow} /> : null}
      {open === 'edit' ? (
        <Section title="Edit" lead="Stored as the next version; runs that have begun keep theirs." framed>
          <DocumentForm
            first={`${JSON.stringify(workflow.document, null, 2)}\n`}
            request={`PUT ${WORKFLOWS}/${workflow.id}`}
            submit="Store the next version"
            onStored={(next) => {
              setStored(next);
              setOpen(undefined);
            }}
          />
        </Section>
      ) : null}
      {stored === undefined ? null : <WebhookSecrets of={stored.triggers} />}
      <Suspense fallback={<Waiting />}>
        <WorkflowGraph steps={workflow.document.steps as readonly StepDefinition[]} />
      </Suspense>
      <Runs of={workflow} />
      <Triggers of={workflow} />
      {mayDevelop ? <Keeping of={workflow} /> : null}
    </Page>
  );
}

function Runs({ of: { id } }: { readonly of: WorkflowObject }) {
  const runs = useRuns(id);
  return (
    <Loaded of={runs}>
      {({ data }) => (
        <>
          <RunFigures runs={data} />
          <Section title="Runs">
            {data.length === 0 ? (
              <Empty title="It has not run yet." />
            ) : (
              <DataTable
                label="Runs"
                columns={COLUMNS}
                rows={data}
                rowKey={(run) => run.id}
                href={(run) => `/workflows/${id}/runs/${run.id}`}
              />
            )}
          </Section>
        </>
      )}
    </Loaded>
  );
}

function RunFigures({ runs }: { readonly runs: readonly ExecutionSummary[] }) {
  const over = runs.filter(({ status }) => isOver(status));
  const good = over.filter(({ status }) => status === 'completed').length;
  const cost = over.reduce((sum, { cost_usd }) => sum + cost_usd, 0);
  if (runs.length === 0) return null;
  return (
    <Figures>
      <Figure label="A run costs" value={over.length === 0 ? '–' : formatUsd(cost / over.length)} note="on average" />
      <Figure
        label="Went well"
        value={over.length === 0 ? '–' : formatShare(good / over.length)}
        note={`of the last ${formatCount(over.length)}`}
      />
      <Figure label="Under way" value={formatCount(runs.length - over.length)} />
    </Figures>
  );
}

const COLUMNS: readonly Column<ExecutionSummary>[] = [
  { name: 'Run', value: ({ created_at }) => <When at={created_at} clock /> },
  {
    name: 'State',
    value: ({ status, error }) => {
      const { level, word } = stateOfRun(status);
      return <Health level={level}>{error === null ? word : `${word}: ${error.code}`}</Health>;
    },
  },
  {
    name: 'Started by',
    value: ({ trigger, forked_from }) => (forked_from === null ? trigger : `${trigger}, forked`),
    onPhone: false,
  },
  { name: 'Version', align: 'right', value: ({ version }) => version, onPhone: false },
  { name: 'Tokens', align: 'right', value: ({ tokens_used }) => formatCount(tokens_used), onPhone: false },
  {
    name: 'Took',
    align: 'right',
    value: ({ duration_ms }) => (duration_ms === null ? '–' : formatDuration(duration_ms)),
    onPhone: false,
  },
  { name: 'Cost', align: 'right', value: ({ cost_usd }) => formatUsd(cost_usd) },
];

function Keeping({ of: { id, name, published } }: { readonly of: WorkflowObject }) {
  const publish = useAct<boolean>((next) => [`POST ${WORKFLOWS}/${id}/publish`, { published: next }], {
    refresh: [WORKFLOWS],
  });
  const remove = useAct(() => `DELETE ${WORKFLOWS}/${id}`, { refresh: [WORKFLOWS], done: `${name} is deleted` });
  return (
    <Section title="Keeping it">
      <Problem of={publish.problem ?? remove.problem} />
      <Switch
        label="Offered as a tool by Weir's MCP server"
        checked={published}
        onChange={(event) => void publish.run(event.currentTarget.checked)}
      />
      <div>
        <ConfirmButton
          label="Delete the workflow"
          question={`Delete ${name}?`}
          consequence="Runs that have begun go on. Its versions are gone."
          onConfirm={async () => {
            if ((await remove.run(undefined)) !== undefined) goTo('/workflows');
          }}
        />
      </div>
    </Section>
  );
}
