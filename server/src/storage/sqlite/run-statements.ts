import { CompiledQuery, type Kysely } from 'kysely';
import type { AttemptRow, InboxRow, OwnedRun, RunRow, RunWrite, StepRow } from '../../ports/workflow-store.ts';
import { guardParameters, isOver, type RunStatements } from '../repositories/run-statements.ts';
import type { Schema } from '../schema.ts';
import type { SqlBatch, SqlQuery, SqlResult } from './statements.ts';

/** A commit is one message to the database thread and one transaction there. */
export function sqliteRunStatements(
  db: Kysely<Schema>,
  runBatch: (batch: SqlBatch) => Promise<SqlResult>,
): RunStatements {
  return {
    async claim({ owner, leaseMs, limit, nowMs }) {
      const { rows } = await db.executeQuery<RunRow>(
        CompiledQuery.raw(CLAIM, [owner, nowMs + leaseMs, nowMs, nowMs, limit]),
      );
      return rows;
    },
    async heartbeat({ owner, leaseMs, nowMs }) {
      const { rows } = await db.executeQuery<OwnedRun>(CompiledQuery.raw(HEARTBEAT, [nowMs + leaseMs, owner]));
      return rows;
    },
    async commit(write) {
      const { rows } = await runBatch({
        guard: { sql: GUARD, parameters: guardParameters(write) },
        queries: queriesOf(write),
      });
      return rows[0] as Omit<OwnedRun, 'id'> | undefined;
    },
  };
}

function queriesOf(write: RunWrite): SqlQuery[] {
  const queries: SqlQuery[] = [];
  for (const row of write.steps) queries.push({ sql: PUT_STEP, parameters: stepValues(row) });
  for (const row of write.attempts) queries.push({ sql: PUT_ATTEMPT, parameters: attemptValues(row) });
  for (const row of write.inbox) queries.push({ sql: INSERT_INBOX, parameters: inboxValues(row) });
  for (const row of write.children) queries.push({ sql: INSERT_RUN, parameters: runValues(row) });
  if (!isOver(write)) return queries;
  const { ended_at } = write.run;
  queries.push({ sql: CANCEL_INBOX, parameters: [ended_at, write.runId] });
  queries.push({ sql: WAKE_PARENT, parameters: [ended_at, write.runId] });
  return queries;
}

const GUARD = `
  update workflow_executions set
    status = ?1, output = ?2, error = ?3, started_at = ?4, ended_at = ?5, cost_nano = ?6, tokens_used = ?7,
    sequence = ?8,
    owner = case when ?9 = 1 then null else owner end,
    lease_until = case when ?9 = 1 then null else lease_until end,
    wake_at = case
      when ?10 = 1 then null
      when ?9 = 0 or ?11 is null or wake_at < ?11 then wake_at
      else ?11
    end
  where id = ?12 and owner = ?13 and fence = ?14
  returning cancel_requested, wake_at`;

const CLAIM = `
  update workflow_executions set owner = ?1, lease_until = ?2, fence = fence + 1, wake_at = null
  where id in (
    select id from workflow_executions
    where (wake_at <= ?3 and owner is null) or lease_until <= ?4
    order by wake_at limit ?5)
  returning *`;

const HEARTBEAT = `
  update workflow_executions set lease_until = ?1
  where lease_until is not null and owner = ?2
  returning id, cancel_requested, wake_at`;

const PUT_STEP = `
  insert into workflow_execution_steps (run_id, path, position, step_name, type, status, output, raw, error, retry_count,
    tokens_used, cost_nano, model_name, started_at, ended_at, due_at, sequence, reused_from)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (run_id, path) do update set
    position = excluded.position, step_name = excluded.step_name, type = excluded.type, status = excluded.status,
    output = excluded.output, raw = excluded.raw, error = excluded.error, retry_count = excluded.retry_count,
    tokens_used = excluded.tokens_used, cost_nano = excluded.cost_nano, model_name = excluded.model_name,
    started_at = excluded.started_at, ended_at = excluded.ended_at, due_at = excluded.due_at,
    sequence = excluded.sequence, reused_from = excluded.reused_from`;

const PUT_ATTEMPT = `
  insert into workflow_attempts (run_id, path, attempt, status, effect, input, idempotency_key, request_id, answer, error,
    tokens_used, cost_nano, model_name, models, started_at, ended_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (run_id, path, attempt) do update set
    status = excluded.status, answer = excluded.answer, error = excluded.error, tokens_used = excluded.tokens_used,
    cost_nano = excluded.cost_nano, model_name = excluded.model_name, models = excluded.models, ended_at = excluded.ended_at`;

const INSERT_INBOX = `
  insert into inbox (id, project_id, kind, status, title, detail, form, run_id, path, created_at, expires_at, decided_at,
    decided_by, data)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`;

const INSERT_RUN = `
  insert into workflow_executions (id, project_id, workflow_id, version, status, input, output, error, key_id, user_id,
    parent_run_id, parent_path, forked_from, trigger, dedupe_key, budget, deadline_at, cancel_requested, owner, lease_until,
    fence, wake_at, sequence, cost_nano, tokens_used, created_at, started_at, ended_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`;

const CANCEL_INBOX = `update inbox set status = 'cancelled', decided_at = ? where run_id = ? and status = 'open'`;

const WAKE_PARENT = `
  update workflow_executions set wake_at = ?
  where id = (select parent_run_id from workflow_executions where id = ?) and ended_at is null`;

function stepValues(row: StepRow): unknown[] {
  return [
    row.run_id,
    row.path,
    row.position,
    row.step_name,
    row.type,
    row.status,
    row.output,
    row.raw,
    row.error,
    row.retry_count,
    row.tokens_used,
    row.cost_nano,
    row.model_name,
    row.started_at,
    row.ended_at,
    row.due_at,
    row.sequence,
    row.reused_from,
  ];
}

function attemptValues(row: AttemptRow): unknown[] {
  return [
    row.run_id,
    row.path,
    row.attempt,
    row.status,
    row.effect,
    row.input,
    row.idempotency_key,
    row.request_id,
    row.answer,
    row.error,
    row.tokens_used,
    row.cost_nano,
    row.model_name,
    row.models,
    row.started_at,
    row.ended_at,
  ];
}

function inboxValues(row: InboxRow): unknown[] {
  return [
    row.id,
    row.project_id,
    row.kind,
    row.status,
    row.title,
    row.detail,
    row.form,
    row.run_id,
    row.path,
    row.created_at,
    row.expires_at,
    row.decided_at,
    row.decided_by,
    row.data,
  ];
}

function runValues(row: RunRow): unknown[] {
  return [
    row.id,
    row.project_id,
    row.workflow_id,
    row.version,
    row.status,
    row.input,
    row.output,
    row.error,
    row.key_id,
    row.user_id,
    row.parent_run_id,
    row.parent_path,
    row.forked_from,
    row.trigger,
    row.dedupe_key,
    row.budget,
    row.deadline_at,
    row.cancel_requested,
    row.owner,
    row.lease_until,
    row.fence,
    row.wake_at,
    row.sequence,
    row.cost_nano,
    row.tokens_used,
    row.created_at,
    row.started_at,
    row.ended_at,
  ];
}
