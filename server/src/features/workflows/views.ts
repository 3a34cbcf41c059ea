import { asObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { usdFromNano } from '../../kernel/money.ts';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { AttemptRow, InboxRow, RunRow, StepRow, WorkflowRow } from '../../ports/workflow-store.ts';
import { modelOf, recordsOfAttempt } from './engine/records-of-attempt.ts';
import { Shares, sharesIn, sharesOf } from './model-shares.ts';
import type {
  Execution,
  ExecutionError,
  ExecutionStep,
  ExecutionSummary,
  InboxItem,
  ModelShare,
  Workflow,
} from './workflows.ts';

export function workflowView(row: WorkflowRow): Workflow {
  const { id, name, description, latest_version, published, created_at, updated_at } = row;
  return { id, name, description, version: latest_version, published: published === 1, created_at, updated_at };
}

export function summaryView(row: RunRow): ExecutionSummary {
  const { id, status, started_at, ended_at } = row;
  return {
    id,
    execution_id: id,
    workflow_id: row.workflow_id,
    version: row.version,
    status,
    error: errorView(row.error),
    cost_usd: usdFromNano(row.cost_nano),
    tokens_used: row.tokens_used,
    trigger: row.trigger,
    key_id: row.key_id,
    forked_from: row.forked_from,
    parent_execution_id: row.parent_run_id,
    created_at: row.created_at,
    started_at,
    ended_at,
    duration_ms: started_at === null || ended_at === null ? null : ended_at - started_at,
  };
}

export function stepView(row: StepRow): ExecutionStep {
  const { started_at, ended_at } = row;
  return {
    step_name: row.step_name,
    path: row.path,
    type: row.type,
    status: row.status,
    output: read(row.output),
    error: errorView(row.error),
    retry_count: row.retry_count,
    tokens_used: row.tokens_used,
    cost_usd: usdFromNano(row.cost_nano),
    model_name: row.model_name,
    started_at,
    ended_at,
    duration_ms: started_at === null || ended_at === null ? null : ended_at - started_at,
    due_at: row.due_at,
    reused_from: row.reused_from,
  };
}

/** `attempts`: of the run and its sub-runs; `late`: what the ledger has of those whose cost was not known when they were stored. */
export function executionView(
  row: RunRow,
  of: { steps: readonly StepRow[]; attempts: readonly AttemptRow[]; late: readonly UsageRecord[] },
): Execution {
  const attempts = of.attempts.map((attempt) => (isUnknown(attempt) ? withLateCost(attempt, of) : attempt));
  const raised = <Row extends { cost_nano: number; tokens_used: number }>(
    to: Row,
    wanted: (of: AttemptRow) => boolean,
  ): Row => {
    let { cost_nano, tokens_used } = to;
    attempts.forEach((attempt, at) => {
      const before = of.attempts[at] as AttemptRow;
      if (attempt === before || !wanted(attempt)) return;
      cost_nano += attempt.cost_nano ?? 0;
      tokens_used += attempt.tokens_used - before.tokens_used;
    });
    return { ...to, cost_nano, tokens_used };
  };
  return {
    ...summaryView(raised(row, () => true)),
    input: read(row.input),
    output: read(row.output),
    steps: of.steps.map((step) =>
      stepView(raised(step, (attempt) => attempt.run_id === row.id && attempt.path === step.path)),
    ),
    modelBreakdown: breakdown(attempts),
    sequence: row.sequence,
  };
}

export function inboxView(row: InboxRow): InboxItem {
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    title: row.title,
    detail: read(row.detail),
    form: row.form === null ? null : (JSON.parse(row.form) as JsonObject),
    execution_id: row.run_id,
    step: row.path,
    created_at: row.created_at,
    expires_at: row.expires_at,
    decided_at: row.decided_at,
    decided_by: row.decided_by,
    data: read(row.data),
  };
}

/** An attempt that is over, and whose cost was not known by then. */
export function isUnknown({ cost_nano, status }: AttemptRow): boolean {
  return cost_nano === null && status !== 'running';
}

function withLateCost(
  attempt: AttemptRow,
  of: { attempts: readonly AttemptRow[]; late: readonly UsageRecord[] },
): AttemptRow {
  const tries = of.attempts.filter(({ run_id, path }) => run_id === attempt.run_id && path === attempt.path);
  const records = recordsOfAttempt(attempt, { tries, records: of.late });
  if (records.length === 0) return attempt;
  return {
    ...attempt,
    cost_nano: records.reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0),
    tokens_used: records.reduce((sum, { tokens_used }) => sum + tokens_used, 0),
    model_name: attempt.model_name ?? modelOf(attempt, records),
    models: JSON.stringify(sharesOf(records)),
  };
}

function breakdown(attempts: readonly AttemptRow[]): Record<string, ModelShare> {
  const all = new Shares();
  for (const attempt of attempts) for (const [model, share] of sharesIn(attempt)) all.add(model, share);
  const entries = [...all].map(([model, { calls, tokens, nano }]): [string, ModelShare] => [
    model,
    { calls, tokens_used: tokens, cost_usd: usdFromNano(nano) },
  ]);
  return Object.fromEntries(entries);
}

function errorView(json: string | null): ExecutionError | null {
  const error = json === null ? undefined : asObject(JSON.parse(json));
  if (error === undefined) return null;
  const { code, message, step } = error;
  return { code: String(code), message: String(message), ...(typeof step === 'string' ? { step } : {}) };
}

function read(json: string | null): Json {
  return json === null ? null : (JSON.parse(json) as Json);
}
