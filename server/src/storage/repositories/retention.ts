import type { Kysely, Transaction } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';
import { AUDIT_ANCHOR, type LockAudit } from './audit.ts';
import { deleteRuns } from './delete-runs.ts';

type Oldest = Parameters<Storage['retention']['forgetUsage']>[0];

/** Every deletion is one short transaction of a bounded number of rows, so that nobody waits long behind it. */
export function retentionRepository(db: Kysely<Schema>, lockAudit?: LockAudit): Storage['retention'] {
  return {
    forgetUsage: (oldest) => db.transaction().execute((transaction) => forgetUsage(transaction, oldest)),
    async forgetContent(oldest) {
      const responses = await forgetResponses(db, oldest);
      return responses + (await forgetOutputs(db, { ...oldest, limit: oldest.limit - responses }));
    },
    forgetRuns: (oldest) => db.transaction().execute((transaction) => forgetRuns(transaction, oldest)),
    forgetAudit: (oldest) =>
      db.transaction().execute(async (transaction) => {
        await lockAudit?.(transaction);
        return forgetAudit(transaction, oldest);
      }),
  };
}

async function forgetUsage(db: Transaction<Schema>, { beforeMs, limit }: Oldest): Promise<number> {
  const rows = await db
    .selectFrom('usage_records')
    .select('request_id')
    .where('timestamp', '<', beforeMs)
    .orderBy('timestamp')
    .orderBy('request_id')
    .limit(limit)
    .execute();
  if (rows.length === 0) return 0;
  const ids = rows.map(({ request_id }) => request_id);
  await db.deleteFrom('usage_records').where('request_id', 'in', ids).execute();
  await db.deleteFrom('usage_tags').where('request_id', 'in', ids).execute();
  await db.deleteFrom('scores').where('inference_id', 'in', ids).execute();
  return ids.length;
}

async function forgetResponses(db: Kysely<Schema>, { beforeMs, limit }: Oldest): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('provider_objects')
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('provider_objects')
        .select('id')
        .where('kind', '=', 'response')
        .where('created_at', '<', beforeMs)
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** What was said goes; that it was, what it cost and how good it was stays. */
async function forgetOutputs(db: Kysely<Schema>, { beforeMs, limit }: Oldest): Promise<number> {
  if (limit <= 0) return 0;
  const rows = await db
    .selectFrom('eval_results')
    .select(['run_id', 'item_id', 'trial'])
    .where('created_at', '<', beforeMs)
    .where('output', 'is not', null)
    .limit(limit)
    .execute();
  for (const { run_id, item_id, trial } of rows) {
    await db
      .updateTable('eval_results')
      .set({ output: null })
      .where('run_id', '=', run_id)
      .where('item_id', '=', item_id)
      .where('trial', '=', trial)
      .execute();
  }
  return rows.length;
}

async function forgetRuns(db: Transaction<Schema>, { beforeMs, limit }: Oldest): Promise<number> {
  const rows = await db
    .selectFrom('workflow_executions')
    .select('id')
    .where('ended_at', '<', beforeMs)
    .orderBy('ended_at')
    .limit(limit)
    .execute();
  const ids = rows.map(({ id }) => id);
  await deleteRuns(db, ids);
  return ids.length;
}

/** From the beginning of the chain only: the hash of the last row that goes is what the first that stays builds on. */
async function forgetAudit(db: Transaction<Schema>, { beforeMs, limit }: Oldest): Promise<number> {
  const rows = await db
    .selectFrom('audit')
    .select(['sequence', 'at', 'hash'])
    .orderBy('sequence')
    // The last row stays in any case: its successor needs its hash.
    .limit(limit + 1)
    .execute();
  const firstKept = rows.findIndex(({ at }, index) => at >= beforeMs || index === rows.length - 1);
  const last = rows[firstKept - 1];
  if (last === undefined) return 0;
  await db.deleteFrom('audit').where('sequence', '<=', last.sequence).execute();
  await db
    .insertInto('named_values')
    .values({ name: AUDIT_ANCHOR, value: last.hash })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: last.hash }))
    .execute();
  return firstKept;
}
