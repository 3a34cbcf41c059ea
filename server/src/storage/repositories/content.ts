import type { Kysely, Transaction } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';
import { deleteWhole } from './conversations.ts';
import { deleteRuns } from './delete-runs.ts';

/** Ids of one statement: databases bound the number of its parameters. */
const BATCH = 500;

interface Owner {
  readonly projectId: string;
  readonly userId: string;
}

export function contentRepository(db: Kysely<Schema>): Storage['content'] {
  return {
    erase: (owner) =>
      db.transaction().execute(async (transaction) => {
        const objects = await eraseObjects(transaction, owner);
        const runs = await eraseRuns(transaction, owner);
        return objects + runs + (await eraseConversations(transaction, owner)) + (await eraseItems(transaction, owner));
      }),
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

async function eraseObjects(transaction: Transaction<Schema>, { projectId, userId }: Owner): Promise<number> {
  const { numDeletedRows } = await transaction
    .deleteFrom('provider_objects')
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** What workflows did for the user, as far as it is over. */
async function eraseRuns(transaction: Transaction<Schema>, { projectId, userId }: Owner): Promise<number> {
  const rows = await transaction
    .selectFrom('workflow_executions')
    .select('id')
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .where('ended_at', 'is not', null)
    .execute();
  for (const ids of batches(rows)) await deleteRuns(transaction, ids);
  return rows.length;
}

async function eraseConversations(transaction: Transaction<Schema>, { projectId, userId }: Owner): Promise<number> {
  const rows = await transaction
    .selectFrom('conversations')
    .select('id')
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .execute();
  let erased = 0;
  for (const ids of batches(rows)) erased += await deleteWhole(transaction, ids);
  return erased;
}

function batches(rows: readonly { readonly id: string }[]): string[][] {
  const ids = rows.map(({ id }) => id);
  return Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, at) => ids.slice(at * BATCH, (at + 1) * BATCH));
}

/** Items keep their place in the versions of their dataset, without what they said; so do the results of runs on them. */
async function eraseItems(db: Transaction<Schema>, { projectId, userId }: Owner): Promise<number> {
  const items = await db
    .selectFrom('dataset_items')
    .innerJoin('datasets', 'datasets.id', 'dataset_items.dataset_id')
    .select(['dataset_items.dataset_id', 'dataset_items.item_id'])
    .where('datasets.project_id', '=', projectId)
    .where('dataset_items.user_id', '=', userId)
    .where('dataset_items.content', 'is not', null)
    .execute();
  for (const { dataset_id, item_id } of items) {
    await db
      .updateTable('dataset_items')
      .set({ content: null })
      .where('dataset_id', '=', dataset_id)
      .where('item_id', '=', item_id)
      .where('user_id', '=', userId)
      .execute();
    const runs = db.selectFrom('eval_runs').select('id').where('dataset_id', '=', dataset_id);
    await db
      .updateTable('eval_results')
      .set({ output: null })
      .where('item_id', '=', item_id)
      .where('run_id', 'in', runs)
      .execute();
    await db.deleteFrom('eval_answers').where('item_id', '=', item_id).where('run_id', 'in', runs).execute();
    await db
      .updateTable('scores')
      .set({ reason: null })
      .where('item_id', '=', item_id)
      .where('run_id', 'in', runs)
      .execute();
  }
  return items.length;
}
