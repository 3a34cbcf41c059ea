import type { Kysely, Transaction } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';
import { deleteWhole } from './conversations.ts';

export function contentRepository(db: Kysely<Schema>): Storage['content'] {
  return {
    erase: (owner) => db.transaction().execute((transaction) => erase(transaction, owner)),
    async forgetOld({ projectId, beforeMs, limit }) {
      const { numDeletedRows } = await db
        .deleteFrom('provider_objects')
        .where('id', 'in', ({ selectFrom }) =>
          selectFrom('provider_objects')
            .select('id')
            .where('project_id', '=', projectId)
            .where('kind', '=', 'content')
            .where('created_at', '<', beforeMs)
            .limit(limit),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

async function erase(
  transaction: Transaction<Schema>,
  { projectId, userId }: { projectId: string; userId: string },
): Promise<number> {
  const { numDeletedRows } = await transaction
    .deleteFrom('provider_objects')
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  let erased = Number(numDeletedRows);
  for (;;) {
    const rows = await transaction
      .selectFrom('conversations')
      .select('id')
      .where('project_id', '=', projectId)
      .where('user_id', '=', userId)
      .limit(BATCH)
      .execute();
    if (rows.length === 0) return erased;
    erased += await deleteWhole(
      transaction,
      rows.map(({ id }) => id),
    );
  }
}

/** Ids of one statement: databases bound the number of its parameters. */
const BATCH = 500;
