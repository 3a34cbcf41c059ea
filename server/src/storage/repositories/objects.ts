import type { Kysely } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';

export function objectsRepository(db: Kysely<Schema>): Storage['objects'] {
  return {
    get: (id) => db.selectFrom('provider_objects').selectAll().where('id', '=', id).executeTakeFirst(),
    async insert(row) {
      await db.insertInto('provider_objects').values(row).execute();
    },
    async update(id, content) {
      await db.updateTable('provider_objects').set({ content }).where('id', '=', id).execute();
    },
    async delete(id) {
      const { numDeletedRows } = await db.deleteFrom('provider_objects').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
    list: ({ kind, projectId, limit, before }) =>
      db
        .selectFrom('provider_objects')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('kind', '=', kind as 'response')
        .$if(before !== undefined, (query) =>
          query.where(({ eb, refTuple, selectFrom }) =>
            eb(
              refTuple('created_at', 'id'),
              '<',
              selectFrom('provider_objects as mark')
                .select(['mark.created_at', 'mark.id'])
                .where('mark.id', '=', before ?? '')
                .where('mark.project_id', '=', projectId)
                .$asTuple('created_at', 'id'),
            ),
          ),
        )
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
  };
}
