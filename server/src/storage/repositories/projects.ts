import type { Kysely } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';

export function projectsRepository(db: Kysely<Schema>): Storage['projects'] {
  return {
    all: () => db.selectFrom('projects').selectAll().orderBy('created_at').orderBy('id').execute(),
    async insert(row) {
      await db.insertInto('projects').values(row).execute();
    },
  };
}
