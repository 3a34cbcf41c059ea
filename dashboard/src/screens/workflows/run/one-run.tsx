import { Button } from '@mantine/core';
import type { ExecutionObject } from '@weir/contract';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../../api/session.ts';
import { useAct } from '../../../api/use-act.ts';
import { ConfirmButton } from '../../../parts/confirm-button.tsx';
import { countOf } from '../../../parts/count-of.ts';
import { Facts } from '../../../parts/facts.tsx';
import { Figure, Figures } from '../../../parts/figure.tsx';
import { formatDuration } from '../../../parts/format-duration.ts';
import { formatUsd } from '../../../parts/format-usd.ts';
import { Health } from '../../../parts/health.tsx';
import { JsonView } from '../../../parts/json-view.tsx';
import { Link } from '../../../parts/link.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { goTo } from '../../../parts/location.ts';
import { Page } from '../../../parts/page.tsx';
import { Problem } from '../../../parts/problem.tsx';
import { Section } from '../../../parts/section.tsx';
import { Waiting } from '../../../parts/waiting.tsx';
import type { StepDefinition } from '../graph/step-definition.ts';
import { useWorkflow } from '../reads.ts';
import { isOver, stateOfRun } from '../state-of-run.ts';
import { ForkRun } from './fork-run.tsx';
import { boxOf, marksOf } from './marks-of.ts';
import { RunSteps } from './run-steps.tsx';
import { StepDetail } from './step-detail.tsx';
import { stepsAt } from './steps-at.ts';
import { TimeTravel } from './time-travel.tsx';
import { useRun } from './use-run.ts';

const WorkflowGraph = lazy(() => import('../graph/workflow-graph.tsx'));

export function OneRun({ id, workflowId }: { readonly id: string; readonly workflowId: string }) {
  const run = useRun(id);
  if (run.data === undefined) {
    return (
      <Page title="Run">
        <Loaded of={run}>{() => null}</Loaded>
      </Page>
    );
  }
  return <Shown run={run.data} workflowId={workflowId} />;
}

function Shown({ run, workflowId }: { readonly run: ExecutionObject; readonly workflowId: string }) {
  const workflow = useWorkflow(run.workflow_id, run.version);
  const [atMs, setAtMs] = useState<number>();
  const [chosen, setChosen] = useState<string>();
  const steps = atMs === undefined ? run.steps : stepsAt(run.steps, atMs);
  const state = stateOfRun(run.status);
  const name = workflow.data?.name ?? 'workflow';
  return (
    <Page
      title={`Run of ${name}`}
      lead={
        <>
          <Link href={`/workflows/${workflowId}`}>{name}</Link> · version {run.version} · started by {run.trigger}
        </>
      }
      action={<Actions of={run} workflowId={workflowId} />}
    >
      <Figures>
        <Figure
          label="Cost"
          value={formatUsd(sum(steps.map(({ cost_usd }) => cost_usd)))}
          note={countOf(run.tokens_used, 'token')}
        />
        <Figure
          label="State"
          value={<Health level={state.level}>{state.word}</Health>}
          note={
            run.status === 'waiting' ? (
              <Link href={`/inbox?run=${run.id}`}>Decide what it waits for</Link>
            ) : (
              `of ${countOf(run.steps.length, 'step')} so far`
            )
          }
        />
        <Figure label="Took" value={run.duration_ms === null ? '–' : formatDuration(run.duration_ms)} />
      </Figures>
      {run.error === null ? null : (
        <div role="status">
          <Health level="bad">
            {run.error.step === undefined ? '' : `${run.error.step}: `}
            {run.error.message}
          </Health>
        </div>
      )}
      <Section title="How it goes">
        <Suspense fallback={<Waiting />}>
          {workflow.data === undefined ? (
            <Waiting />
          ) : (
            <WorkflowGraph
              steps={workflow.data.document.steps as readonly StepDefinition[]}
              marks={marksOf(steps)}
              chosen={chosen === undefined ? undefined : boxOf(chosen)}
              onChoose={setChosen}
            />
          )}
        </Suspense>
        {isOver(run.status) ? <TimeTravel of={run} atMs={atMs} onMove={setAtMs} /> : null}
      </Section>
      {chosen === undefined ? null : <StepDetail steps={steps} path={chosen} onClose={() => setChosen(undefined)} />}
      <RunSteps steps={steps} onChoose={setChosen} />
      <ModelsOf run={run} />
      <Section title="Input and output">
        <JsonView label="Input" of={run.input} />
        {run.output === null ? null : <JsonView label="Output" of={run.output} />}
      </Section>
    </Page>
  );
}

function Actions({ of: run, workflowId }: { readonly of: ExecutionObject; readonly workflowId: string }) {
  const mayDevelop = useMay('develop');
  const path = `/api/executions/${run.id}`;
  const cancel = useAct(() => `POST ${path}/cancel`, { refresh: [path], done: 'The run is cancelled' });
  const resume = useAct<undefined, { execution_id: string }>(() => [`POST ${path}/resume`, {}], { refresh: [path] });
  const [isForking, setIsForking] = useState(false);
  if (!mayDevelop) return null;
  return (
    <>
      {isOver(run.status) ? null : (
        <ConfirmButton
          size="sm"
          label="Cancel the run"
          question="Cancel this run?"
          consequence="Calls in flight are ended. What is finished stays, and the run can be resumed from there."
          onConfirm={() => cancel.run(undefined)}
        />
      )}
      {run.status === 'failed' || run.status === 'cancelled' ? (
        <Button
          loading={resume.isRunning}
          onClick={async () => {
            const resumed = await resume.run(undefined);
            if (resumed !== undefined) goTo(`/workflows/${workflowId}/runs/${resumed.execution_id}`);
          }}
        >
          Resume
        </Button>
      ) : null}
      {isOver(run.status) ? (
        <Button variant="default" onClick={() => setIsForking(true)}>
          Fork
        </Button>
      ) : null}
      {isForking ? <ForkRun of={run} workflowId={workflowId} onClose={() => setIsForking(false)} /> : null}
      <Problem of={cancel.problem ?? resume.problem} />
    </>
  );
}

function ModelsOf({ run }: { readonly run: ExecutionObject }) {
  const models = Object.entries(run.modelBreakdown);
  if (models.length === 0) return null;
  return (
    <Section title="Models">
      <Facts
        of={models.map(([model, { calls, tokens_used, cost_usd }]) => [
          model,
          `${formatUsd(cost_usd)} · ${countOf(calls, 'call')} · ${countOf(tokens_used, 'token')}`,
        ])}
      />
    </Section>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
