import type { Kysely } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';

export function contentRepository(db: Kysely<Schema>): Storage['content'] {
  return {
    async erase({ projectId, userId }) {
      const { numDeletedRows } = await db
        .deleteFrom('provider_objects')
        .where('project_id', '=', projectId)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return Number(numDeletedRows);
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
