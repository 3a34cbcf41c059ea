import type {
  ExecutionEvent as EventObject,
  ExecutionObject,
  InboxItem as ItemObject,
  ExecutionStep as StepObject,
  ExecutionSummary as SummaryObject,
  WorkflowSummary,
} from '@weir/contract';
import type {
  Execution,
  ExecutionEvent,
  ExecutionStep,
  ExecutionSummary,
  InboxItem,
  Workflow,
} from '../../../features/workflows/workflows.ts';
import { iso, isoOrNull } from '../management/instants.ts';

export function shownWorkflow(workflow: Workflow): WorkflowSummary {
  const { id, name, description, version, published } = workflow;
  const [created_at, updated_at] = [iso(workflow.created_at), iso(workflow.updated_at)];
  return { id, name, description, version, published, created_at, updated_at };
}

export function shownSummary(of: ExecutionSummary): SummaryObject {
  return {
    ...{ id: of.id, execution_id: of.id, workflow_id: of.workflow_id, version: of.version, status: of.status },
    ...{ error: of.error, cost_usd: of.cost_usd, tokens_used: of.tokens_used, trigger: of.trigger },
    ...{ parent_execution_id: of.parent_execution_id, forked_from: of.forked_from },
    ...{ created_at: iso(of.created_at), started_at: isoOrNull(of.started_at), ended_at: isoOrNull(of.ended_at) },
    duration_ms: of.duration_ms,
  };
}

export function shownExecution(of: Execution): ExecutionObject {
  const { input, output, modelBreakdown, steps, sequence } = of;
  return {
    ...shownSummary(of),
    input,
    output,
    modelBreakdown: { ...modelBreakdown },
    steps: steps.map(shownStep),
    sequence,
  };
}

export function shownEvent({ sequence, execution, steps }: ExecutionEvent): EventObject {
  return { sequence, execution: shownSummary(execution), steps: steps.map(shownStep) };
}

export function shownItem(item: InboxItem): ItemObject {
  return {
    ...item,
    ...{ created_at: iso(item.created_at), expires_at: isoOrNull(item.expires_at) },
    decided_at: isoOrNull(item.decided_at),
  };
}

function shownStep(step: ExecutionStep): StepObject {
  const [started_at, ended_at] = [isoOrNull(step.started_at), isoOrNull(step.ended_at)];
  return { ...step, started_at, ended_at, due_at: isoOrNull(step.due_at) };
}
