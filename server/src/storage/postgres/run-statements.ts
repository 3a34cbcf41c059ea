import { CompiledQuery, type Kysely } from 'kysely';
import type { OwnedRun, RunRow } from '../../ports/workflow-store.ts';
import { guardParameters, type RunStatements } from '../repositories/run-statements.ts';
import type { Schema } from '../schema.ts';

/** What LISTEN waits on: a run is due. Who misses it finds the run at the next look. */
export const RUNS_CHANNEL = 'weir_runs';

/** A commit is one statement: all of it hangs on the update of the run, which names owner and fence. */
export function postgresRunStatements(db: Kysely<Schema>): RunStatements {
  return {
    async claim({ owner, leaseMs, limit, nowMs }) {
      const { rows } = await db.executeQuery<RunRow>(CompiledQuery.raw(CLAIM, [owner, leaseMs, nowMs, limit]));
      return rows;
    },
    async heartbeat({ owner, leaseMs }) {
      const { rows } = await db.executeQuery<OwnedRun>(CompiledQuery.raw(HEARTBEAT, [leaseMs, owner]));
      return rows;
    },
    async commit(write) {
      const { steps, attempts, inbox, children } = write;
      const { rows } = await db.executeQuery<Omit<OwnedRun, 'id'>>(
        CompiledQuery.raw(COMMIT, [
          ...guardParameters(write),
          JSON.stringify(steps),
          JSON.stringify(attempts),
          JSON.stringify(inbox),
          JSON.stringify(children),
        ]),
      );
      const [row] = rows;
      return row === undefined ? undefined : { cancel_requested: row.cancel_requested, wake_at: row.wake_at };
    },
  };
}

const CLAIM = `
  update workflow_executions set owner = $1,
    lease_until = (extract(epoch from clock_timestamp()) * 1000)::bigint + $2::bigint, fence = fence + 1, wake_at = null
  where id in (
    select id from workflow_executions
    where (wake_at <= $3::bigint and owner is null)
      or lease_until <= (extract(epoch from clock_timestamp()) * 1000)::bigint
    order by wake_at nulls first limit $4
    for update skip locked)
  returning *`;

const HEARTBEAT = `
  update workflow_executions
  set lease_until = (extract(epoch from clock_timestamp()) * 1000)::bigint + $1::bigint
  where lease_until is not null and owner = $2
  returning id, cancel_requested, wake_at`;

const COMMIT = `
  with owned as (
    update workflow_executions set
      status = $1, output = $2, error = $3, started_at = $4::bigint, ended_at = $5::bigint,
      cost_nano = $6::bigint, tokens_used = $7::bigint, sequence = $8::bigint,
      owner = case when $9::int = 1 then null else owner end,
      lease_until = case when $9::int = 1 then null else lease_until end,
      wake_at = case
        when $10::int = 1 then null
        when $9::int = 0 or $11::bigint is null or wake_at < $11::bigint then wake_at
        else $11::bigint
      end
    where id = $12 and owner = $13 and fence = $14::bigint
    returning id, parent_run_id, ended_at, cancel_requested, wake_at),
  steps as (
    insert into workflow_execution_steps
    select row.* from owned, json_populate_recordset(null::workflow_execution_steps, $15::json) as row
    on conflict (run_id, path) do update set
      position = excluded.position, step_name = excluded.step_name, type = excluded.type, status = excluded.status,
      output = excluded.output, raw = excluded.raw, error = excluded.error, retry_count = excluded.retry_count,
      tokens_used = excluded.tokens_used, cost_nano = excluded.cost_nano, model_name = excluded.model_name,
      started_at = excluded.started_at, ended_at = excluded.ended_at, due_at = excluded.due_at,
      sequence = excluded.sequence, reused_from = excluded.reused_from),
  attempts as (
    insert into workflow_attempts
    select row.* from owned, json_populate_recordset(null::workflow_attempts, $16::json) as row
    on conflict (run_id, path, attempt) do update set
      status = excluded.status, answer = excluded.answer, error = excluded.error, tokens_used = excluded.tokens_used,
      cost_nano = excluded.cost_nano, model_name = excluded.model_name, models = excluded.models,
      ended_at = excluded.ended_at),
  asked as (
    insert into inbox select row.* from owned, json_populate_recordset(null::inbox, $17::json) as row
    on conflict (id) do nothing),
  begun as (
    insert into workflow_executions
    select row.* from owned, json_populate_recordset(null::workflow_executions, $18::json) as row
    on conflict (id) do nothing returning id),
  unasked as (
    update inbox set status = 'cancelled', decided_at = owned.ended_at from owned
    where inbox.run_id = owned.id and inbox.status = 'open' and owned.ended_at is not null),
  woken as (
    update workflow_executions as parent set wake_at = owned.ended_at from owned
    where parent.id = owned.parent_run_id and owned.ended_at is not null and parent.ended_at is null
    returning parent.id)
  select owned.cancel_requested, owned.wake_at,
    (select count(pg_notify('weir_runs', due.id)) from (select id from begun union all select id from woken) as due)
  from owned`;
