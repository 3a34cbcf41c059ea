import type { Kysely } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';

export function settingsRepository(db: Kysely<Schema>): Storage['settings'] {
  return {
    all: (kind) => db.selectFrom('settings').selectAll().where('kind', '=', kind).orderBy('name').execute(),
    async put(row) {
      await db
        .insertInto('settings')
        .values(row)
        .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet(row))
        .execute();
    },
    async delete(kind, name) {
      const { numDeletedRows } = await db
        .deleteFrom('settings')
        .where('kind', '=', kind)
        .where('name', '=', name)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
