import type { Json } from '../../../kernel/json.ts';
import type { RunRow } from '../../../ports/workflow-store.ts';
import type { Flow } from '../flow.ts';

/** A run that is due at once. */
export function newRun(of: {
  readonly id: string;
  readonly project_id: string;
  readonly key_id: string;
  readonly user_id: string | null;
  readonly workflowId: string;
  readonly version: number;
  readonly flow: Flow;
  readonly input: Json;
  readonly trigger: string;
  readonly nowMs: number;
}): RunRow {
  const { flow, nowMs } = of;
  return {
    id: of.id,
    project_id: of.project_id,
    workflow_id: of.workflowId,
    version: of.version,
    status: 'pending',
    input: JSON.stringify(of.input),
    output: null,
    error: null,
    key_id: of.key_id,
    user_id: of.user_id,
    parent_run_id: null,
    parent_path: null,
    forked_from: null,
    trigger: of.trigger,
    dedupe_key: null,
    budget: null,
    deadline_at: flow.timeoutMs === undefined ? null : nowMs + flow.timeoutMs,
    cancel_requested: 0,
    owner: null,
    lease_until: null,
    fence: 0,
    wake_at: nowMs,
    sequence: 0,
    cost_nano: 0,
    tokens_used: 0,
    created_at: nowMs,
    started_at: null,
    ended_at: null,
  };
}
