import type { Kysely } from 'kysely';
import type { EvalRunStore } from '../../ports/evaluation-store.ts';
import type { Schema } from '../schema.ts';

export function evalRunsRepository(db: Kysely<Schema>): EvalRunStore {
  return {
    async insert(row) {
      await db.insertInto('eval_runs').values(row).execute();
    },
    get: (id) => db.selectFrom('eval_runs').selectAll().where('id', '=', id).executeTakeFirst(),
    list: ({ projectId, datasetId, limit, before }) =>
      db
        .selectFrom('eval_runs')
        .selectAll()
        .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId ?? ''))
        .$if(datasetId !== undefined, (query) => query.where('dataset_id', '=', datasetId ?? ''))
        .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    abandoned: (nowMs) =>
      db
        .selectFrom('eval_runs')
        .selectAll()
        .where('status', '=', 'running')
        .where('lease_until', '<', nowMs)
        .orderBy('id')
        .execute(),
    async free({ home }) {
      await db
        .updateTable('eval_runs')
        .set({ lease_until: 0 })
        .where('status', '=', 'running')
        // Owners are called home/epoch; '0' is the character behind '/'.
        .$if(home !== '', (query) => query.where('owner', '>=', `${home}/`).where('owner', '<', `${home}0`))
        .execute();
    },
    async lease(id, { owner, nowMs, untilMs }) {
      const { numUpdatedRows } = await db
        .updateTable('eval_runs')
        .set({ owner, lease_until: untilMs })
        .where('id', '=', id)
        .where('status', '=', 'running')
        .where(({ eb, or }) => or([eb('owner', '=', owner), eb('lease_until', '<', nowMs)]))
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    end: (id, of) =>
      db.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('eval_runs')
          .set({ ...of, owner: null, lease_until: 0 })
          .where('id', '=', id)
          .where('status', '=', 'running')
          .executeTakeFirst();
        await transaction.deleteFrom('eval_answers').where('run_id', '=', id).execute();
        return numUpdatedRows > 0n;
      }),
    async keepAnswer(row) {
      await db
        .insertInto('eval_answers')
        .values(row)
        .onConflict((conflict) => conflict.columns(['run_id', 'item_id', 'trial', 'place']).doNothing())
        .execute();
    },
    answers: (runId) =>
      db.selectFrom('eval_answers').selectAll().where('run_id', '=', runId).orderBy('place').execute(),
    addResult: (result, scores) =>
      db.transaction().execute(async (transaction) => {
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto('eval_results')
          .values(result)
          .onConflict((conflict) => conflict.columns(['run_id', 'item_id', 'trial']).doNothing())
          .executeTakeFirst();
        await transaction
          .deleteFrom('eval_answers')
          .where('run_id', '=', result.run_id)
          .where('item_id', '=', result.item_id)
          .where('trial', '=', result.trial)
          .execute();
        if (numInsertedOrUpdatedRows === 0n || scores.length === 0) return;
        await transaction
          .insertInto('scores')
          .values([...scores])
          .execute();
      }),
    results: ({ runId, limit, after }) =>
      db
        .selectFrom('eval_results')
        .selectAll()
        .where('run_id', '=', runId)
        .$if(after !== undefined, (query) =>
          query.where(({ eb, refTuple, tuple }) =>
            eb(refTuple('item_id', 'trial'), '>', tuple(after?.item ?? '', after?.trial ?? 0)),
          ),
        )
        .orderBy('item_id')
        .orderBy('trial')
        .limit(limit)
        .execute(),
    async totals(runId) {
      const sums = await db
        .selectFrom('eval_results')
        .select(({ fn }) => [
          fn.countAll().as('results'),
          fn.sum('succeeded').as('succeeded'),
          fn.sum('cost_nano').as('cost_nano'),
          fn.sum('judge_cost_nano').as('judge_cost_nano'),
          fn.sum('latency_ms').as('latency_ms'),
        ])
        .where('run_id', '=', runId)
        .executeTakeFirstOrThrow();
      const results = Number(sums.results);
      return {
        results,
        failed: results - Number(sums.succeeded ?? 0),
        cost_nano: Number(sums.cost_nano ?? 0),
        judge_cost_nano: Number(sums.judge_cost_nano ?? 0),
        latency_ms: Number(sums.latency_ms ?? 0),
      };
    },
  };
}
