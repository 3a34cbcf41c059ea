import type { Kysely, Transaction } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';

export function contentRepository(db: Kysely<Schema>): Storage['content'] {
  return {
    erase: (owner) =>
      db.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom('provider_objects')
          .where('project_id', '=', owner.projectId)
          .where('user_id', '=', owner.userId)
          .executeTakeFirst();
        return Number(numDeletedRows) + (await eraseItems(transaction, owner));
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

/** Items keep their place in the versions of their dataset, without what they said; so do the results of runs on them. */
async function eraseItems(db: Transaction<Schema>, { projectId, userId }: { projectId: string; userId: string }) {
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
    await db
      .updateTable('scores')
      .set({ reason: null })
      .where('item_id', '=', item_id)
      .where('run_id', 'in', runs)
      .execute();
  }
  return items.length;
}
