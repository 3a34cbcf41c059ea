import type { Kysely } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';
import { deleteRuns } from './delete-runs.ts';

const RUNS_AT_ONCE = 500;

export function contentRepository(db: Kysely<Schema>): Storage['content'] {
  return {
    async erase({ projectId, userId }) {
      const { numDeletedRows } = await db
        .deleteFrom('provider_objects')
        .where('project_id', '=', projectId)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return Number(numDeletedRows) + (await eraseRuns(db, { projectId, userId }));
    },
    async forgetOld({ projectId, beforeMs, limit }) {
      const { numDeletedRows } = await db
        .deleteFrom('provider_objects')
        .where('id', 'in', ({ selectFrom }) =>
          selectFrom('provider_objects')
            .select('id')
            .where('project_id', '=', projectId)
            .where('kind', '=', 'content')
            .where('created_at', '<', beforeMs)
            .limit(limit),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

/** What workflows did for the user, as far as it is over. */
function eraseRuns(db: Kysely<Schema>, { projectId, userId }: { projectId: string; userId: string }): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const rows = await transaction
      .selectFrom('workflow_executions')
      .select('id')
      .where('project_id', '=', projectId)
      .where('user_id', '=', userId)
      .where('ended_at', 'is not', null)
      .execute();
    const ids = rows.map(({ id }) => id);
    for (let at = 0; at < ids.length; at += RUNS_AT_ONCE)
      await deleteRuns(transaction, ids.slice(at, at + RUNS_AT_ONCE));
    return ids.length;
  });
}
