import type { Kysely } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';

export function credentialsRepository(db: Kysely<Schema>): Storage['credentials'] {
  return {
    all: () => db.selectFrom('credentials').selectAll().orderBy('created_at').orderBy('id').execute(),
    async put(row) {
      await db
        .insertInto('credentials')
        .values(row)
        .onConflict((conflict) => conflict.columns(['provider', 'scope', 'project_id', 'user_id']).doUpdateSet(row))
        .execute();
    },
    async delete(id) {
      const { numDeletedRows } = await db.deleteFrom('credentials').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
