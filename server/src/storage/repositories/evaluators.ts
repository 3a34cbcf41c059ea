import type { Kysely } from 'kysely';
import type { EvaluatorStore } from '../../ports/evaluation-store.ts';
import type { Schema } from '../schema.ts';

export function evaluatorsRepository(db: Kysely<Schema>): EvaluatorStore {
  return {
    async insert(row) {
      await db.insertInto('evaluators').values(row).execute();
    },
    get: (projectId, name, version) =>
      db
        .selectFrom('evaluators')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('name', '=', name)
        .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst(),
    latest: (projectId) =>
      db
        .selectFrom('evaluators')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('version', '=', ({ selectFrom }) =>
          selectFrom('evaluators as other')
            .select(({ fn }) => fn.max('other.version').as('latest'))
            .whereRef('other.project_id', '=', 'evaluators.project_id')
            .whereRef('other.name', '=', 'evaluators.name'),
        )
        .orderBy('name')
        .execute(),
  };
}
