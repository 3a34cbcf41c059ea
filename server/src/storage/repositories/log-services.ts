import type { Kysely } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';
import { numbered } from './numbered.ts';

export function logServicesRepository(db: Kysely<Schema>): Storage['logServices'] {
  const get = (projectId: string, name: string) =>
    db
      .selectFrom('log_services')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('name', '=', name)
      .executeTakeFirst();
  return {
    all: (projectId) =>
      db.selectFrom('log_services').selectAll().where('project_id', '=', projectId).orderBy('id').execute(),
    get,
    async claim(row) {
      return numbered(async () => {
        const standing = await get(row.project_id, row.name);
        if (standing !== undefined) return standing;
        return db
          .insertInto('log_services')
          .values(({ fn, selectFrom, lit }) => ({
            ...row,
            id: selectFrom('log_services').select(({ eb }) =>
              eb(fn.coalesce(fn.max('id'), lit(0)), '+', lit(1)).as('id'),
            ),
          }))
          .returningAll()
          .executeTakeFirstOrThrow();
      });
    },
    async update(id, patch) {
      if (Object.keys(patch).length === 0) return;
      await db.updateTable('log_services').set(patch).where('id', '=', id).execute();
    },
  };
}
