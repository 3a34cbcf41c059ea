import { type Kysely, sql, type Transaction } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';

const COLUMNS = ['id', 'at', 'project_id', 'actor', 'action', 'object', 'detail', 'hash'] as const;

/** Name of the value that says where the chain begins after retention. */
export const AUDIT_ANCHOR = 'audit_anchor';

/** Keeps other writers of the log away until the transaction is over, where beginning one does not. */
export type LockAudit = (transaction: Transaction<Schema>) => Promise<void>;

export function auditRepository(db: Kysely<Schema>, lock?: LockAudit): Storage['audit'] {
  const newestFirst = (on: Kysely<Schema>) => on.selectFrom('audit').select(COLUMNS).orderBy('sequence', 'desc');
  return {
    last: () => newestFirst(db).limit(1).executeTakeFirst(),
    append: (make) =>
      db.transaction().execute(async (transaction) => {
        await lock?.(transaction);
        const row = make(await newestFirst(transaction).limit(1).executeTakeFirst());
        await transaction
          .insertInto('audit')
          .values((eb) => ({
            ...row,
            sequence: eb.selectFrom('audit').select(sql<number>`coalesce(max(sequence), 0) + 1`.as('next')),
          }))
          .execute();
      }),
    async anchor() {
      const row = await db
        .selectFrom('named_values')
        .select('value')
        .where('name', '=', AUDIT_ANCHOR)
        .executeTakeFirst();
      return row?.value ?? '';
    },
    list: ({ projectId, limit, before }) =>
      newestFirst(db)
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
