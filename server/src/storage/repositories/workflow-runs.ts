import type { Kysely, Transaction } from 'kysely';
import type { StepRow, WorkflowStore } from '../../ports/workflow-store.ts';
import type { Schema } from '../schema.ts';
import type { RunStatements } from './run-statements.ts';

/** Steps stored by one statement: databases take only so many values. */
const STEPS_AT_ONCE = 50;

export function workflowRunsRepository(db: Kysely<Schema>, statements: RunStatements): WorkflowStore['runs'] {
  const runs = () => db.selectFrom('workflow_executions').selectAll();
  return {
    ...statements,
    insert: (row, steps = []) =>
      db.transaction().execute(async (transaction) => {
        await transaction.insertInto('workflow_executions').values(row).execute();
        await putSteps(transaction, steps);
      }),
    get: (projectId, id) => runs().where('project_id', '=', projectId).where('id', '=', id).executeTakeFirst(),
    deduplicated: (workflowId, dedupeKey) =>
      runs().where('workflow_id', '=', workflowId).where('dedupe_key', '=', dedupeKey).executeTakeFirst(),
    list: ({ projectId, workflowId, limit, before }) =>
      runs()
        .where('project_id', '=', projectId)
        .$if(workflowId !== undefined, (query) => query.where('workflow_id', '=', workflowId ?? ''))
        .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    steps: ({ runId, aboveSequence = -1 }) =>
      db
        .selectFrom('workflow_execution_steps')
        .selectAll()
        .where('run_id', '=', runId)
        .where('sequence', '>', aboveSequence)
        .orderBy('position')
        .execute(),
    attempts: ({ runIds }) =>
      runIds.length === 0
        ? Promise.resolve([])
        : db
            .selectFrom('workflow_attempts')
            .selectAll()
            .where('run_id', 'in', [...runIds])
            .orderBy('run_id')
            .orderBy('path')
            .orderBy('attempt')
            .execute(),
    descendants: (runId) => descendants(db, runId),
    async free({ home, nowMs }) {
      const prefix = `${home}/`;
      const { numUpdatedRows } = await db
        .updateTable('workflow_executions')
        .set({ owner: null, lease_until: null, wake_at: nowMs })
        .where('lease_until', 'is not', null)
        .$if(home !== '', (query) => query.where('owner', '>=', prefix).where('owner', '<', `${home}0`))
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
    cancel: (projectId, id, atMs) =>
      db.transaction().execute(async (transaction) => {
        const ids = [id, ...(await descendants(transaction, id))];
        const rows = await transaction
          .updateTable('workflow_executions')
          .set({ cancel_requested: 1, wake_at: atMs })
          .where('project_id', '=', projectId)
          .where('id', 'in', ids)
          .where('ended_at', 'is', null)
          .returning('id')
          .execute();
        return rows.map((row) => row.id);
      }),
    async changeBudget({ projectId, id, from, to }) {
      const { numUpdatedRows } = await db
        .updateTable('workflow_executions')
        .set({ budget: to })
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .where('budget', from === null ? 'is' : '=', from)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    reopen: ({ projectId, id, version, budget, deadlineAt, sequence, steps, atMs }) =>
      db.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('workflow_executions')
          .set({
            ...{ status: 'pending', version, budget, sequence, deadline_at: deadlineAt, wake_at: atMs },
            ...{ output: null, error: null, ended_at: null, cancel_requested: 0 },
          })
          .where('project_id', '=', projectId)
          .where('id', '=', id)
          .where('status', 'in', ['failed', 'cancelled'])
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await putSteps(transaction, steps);
        return true;
      }),
  };
}

/** Sub-runs are few and shallow; a level is one query. */
async function descendants(db: Kysely<Schema>, runId: string): Promise<string[]> {
  const found: string[] = [];
  for (let level = [runId]; level.length > 0; ) {
    const rows = await db.selectFrom('workflow_executions').select('id').where('parent_run_id', 'in', level).execute();
    level = rows.map(({ id }) => id);
    found.push(...level);
  }
  return found;
}

/** Rows with the same path are replaced. */
async function putSteps(db: Transaction<Schema>, steps: readonly StepRow[]): Promise<void> {
  for (let at = 0; at < steps.length; at += STEPS_AT_ONCE) {
    await db
      .insertInto('workflow_execution_steps')
      .values(steps.slice(at, at + STEPS_AT_ONCE))
      .onConflict((conflict) =>
        conflict.columns(['run_id', 'path']).doUpdateSet((eb) => ({
          status: eb.ref('excluded.status'),
          output: eb.ref('excluded.output'),
          raw: eb.ref('excluded.raw'),
          error: eb.ref('excluded.error'),
          retry_count: eb.ref('excluded.retry_count'),
          started_at: eb.ref('excluded.started_at'),
          ended_at: eb.ref('excluded.ended_at'),
          due_at: eb.ref('excluded.due_at'),
          sequence: eb.ref('excluded.sequence'),
        })),
      )
      .execute();
  }
}
