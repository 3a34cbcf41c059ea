import type { Kysely } from 'kysely';
import type { ScoreStore } from '../../ports/evaluation-store.ts';
import type { Schema } from '../schema.ts';

export function scoresRepository(db: Kysely<Schema>): ScoreStore {
  return {
    async insert(row) {
      await db.insertInto('scores').values(row).execute();
    },
    list: ({ projectId, keyId, inferenceId, metric, evaluator, runId, limit, before }) =>
      db
        .selectFrom('scores')
        .selectAll()
        .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId ?? ''))
        .$if(keyId !== undefined, (query) => query.where('key_id', '=', keyId ?? ''))
        .$if(inferenceId !== undefined, (query) => query.where('inference_id', '=', inferenceId ?? ''))
        .$if(metric !== undefined, (query) => query.where('metric', '=', metric ?? ''))
        .$if(evaluator !== undefined, (query) => query.where('evaluator', '=', evaluator ?? 'human'))
        .$if(runId !== undefined, (query) => query.where('run_id', '=', runId ?? ''))
        .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    ofInferences: async (inferenceIds) =>
      inferenceIds.length === 0
        ? []
        : db.selectFrom('scores').selectAll().where('inference_id', 'in', inferenceIds).execute(),
    labelled: ({ projectId, evaluatorName, evaluatorVersion, limit }) =>
      db
        .selectFrom('scores as machine')
        .innerJoin('scores as person', (join) =>
          join
            .onRef('person.inference_id', '=', 'machine.inference_id')
            .onRef('person.metric', '=', 'machine.metric')
            .onRef('person.project_id', '=', 'machine.project_id')
            .on('person.evaluator', '=', 'human'),
        )
        .select(['machine.inference_id', 'machine.score as automated', 'person.score as human'])
        .where('machine.project_id', '=', projectId)
        .where('machine.evaluator_name', '=', evaluatorName)
        .where('machine.evaluator_version', '=', evaluatorVersion)
        .orderBy('machine.id', 'desc')
        .orderBy('person.id', 'desc')
        .limit(limit)
        .execute(),
  };
}
