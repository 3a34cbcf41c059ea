import type { Kysely } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';

export function outboxRepository(db: Kysely<Schema>): Storage['outbox'] {
  return {
    take: (limit) =>
      db
        .selectFrom('usage_outbox')
        .leftJoin('usage_records', 'usage_records.request_id', 'usage_outbox.request_id')
        .select(['usage_outbox.request_id', 'usage_records.record'])
        .orderBy('usage_outbox.request_id')
        .limit(limit)
        .execute(),
    async done(ids) {
      if (ids.length === 0) return;
      await db
        .deleteFrom('usage_outbox')
        .where('request_id', 'in', [...ids])
        .execute();
    },
    async size() {
      const { waiting } = await db
        .selectFrom('usage_outbox')
        .select(({ fn }) => fn.countAll<number>().as('waiting'))
        .executeTakeFirstOrThrow();
      return Number(waiting);
    },
    async forgetOldest(limit) {
      const { numDeletedRows } = await db
        .deleteFrom('usage_outbox')
        .where('request_id', 'in', ({ selectFrom }) =>
          selectFrom('usage_outbox').select('request_id').orderBy('request_id').limit(limit),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
