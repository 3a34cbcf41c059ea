import type { Kysely } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';

export function keysRepository(db: Kysely<Schema>): Storage['keys'] {
  return {
    all: () => db.selectFrom('api_keys').selectAll().orderBy('created_at').orderBy('id').execute(),
    get: (id) => db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst(),
    async insert(row) {
      await db.insertInto('api_keys').values(row).execute();
    },
    async update(id, patch) {
      if (Object.keys(patch).length === 0) return;
      await db.updateTable('api_keys').set(patch).where('id', '=', id).execute();
    },
  };
}
