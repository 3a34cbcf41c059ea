import { type Kysely, sql } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';

const COLUMNS = ['id', 'at', 'project_id', 'actor', 'action', 'object', 'detail', 'hash'] as const;

export function auditRepository(db: Kysely<Schema>): Storage['audit'] {
  const newestFirst = db.selectFrom('audit').select(COLUMNS).orderBy('sequence', 'desc');
  return {
    last: () => newestFirst.limit(1).executeTakeFirst(),
    async insert(row) {
      await db
        .insertInto('audit')
        .values((eb) => ({
          ...row,
          sequence: eb.selectFrom('audit').select(sql<number>`coalesce(max(sequence), 0) + 1`.as('next')),
        }))
        .execute();
    },
    list: ({ projectId, limit, before }) =>
      newestFirst
        .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId ?? ''))
        .$if(before !== undefined, (query) =>
          query.where('sequence', '<', ({ selectFrom }) =>
            selectFrom('audit as mark')
              .select('mark.sequence')
              .where('mark.id', '=', before ?? ''),
          ),
        )
        .limit(limit)
        .execute(),
  };
}
