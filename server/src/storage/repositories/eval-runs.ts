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
    async end(id, of) {
      const { numUpdatedRows } = await db
        .updateTable('eval_runs')
        .set({ ...of, owner: null, lease_until: 0 })
        .where('id', '=', id)
        .where('status', '=', 'running')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    addResult: (result, scores) =>
      db.transaction().execute(async (transaction) => {
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto('eval_results')
          .values(result)
          .onConflict((conflict) => conflict.columns(['run_id', 'item_id', 'trial']).doNothing())
          .executeTakeFirst();
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
