import type { Kysely } from 'kysely';
import { WeirError } from '../../kernel/errors.ts';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';

/** A row may vanish between the refused insert and the look; more than once in a row is no coincidence. */
const TRIES = 3;

export function idempotencyRepository(db: Kysely<Schema>): Storage['idempotency'] {
  return {
    async begin(row) {
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const inserted = await db
          .insertInto('idempotency')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst();
        if (inserted.numInsertedOrUpdatedRows === 1n) return undefined;
        const standing = await db.selectFrom('idempotency').selectAll().where('id', '=', row.id).executeTakeFirst();
        if (standing) return standing;
      }
      throw new WeirError('conflict');
    },
    async finish(id, reply) {
      await db.updateTable('idempotency').set(reply).where('id', '=', id).execute();
    },
    async replace(standing, row) {
      const { numUpdatedRows } = await db
        .updateTable('idempotency')
        .set(row)
        .where('id', '=', standing.id)
        .where('created_at', '=', standing.created_at)
        .where('headers', 'is not distinct from', standing.headers)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async delete(id) {
      await db.deleteFrom('idempotency').where('id', '=', id).execute();
    },
    async prune(beforeMs) {
      await db.deleteFrom('idempotency').where('created_at', '<', beforeMs).execute();
    },
  };
}
