import type { Kysely } from 'kysely';
import type { DatasetStore } from '../../ports/evaluation-store.ts';
import type { Schema } from '../schema.ts';

/** Bound variables of one statement have a limit. */
const BATCH = 500;

export function datasetsRepository(db: Kysely<Schema>): DatasetStore {
  const named = (projectId: string, name: string) =>
    db
      .selectFrom('datasets')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('name', '=', name)
      .executeTakeFirst();
  return {
    async claim(row) {
      await db
        .insertInto('datasets')
        .values(row)
        .onConflict((conflict) => conflict.columns(['project_id', 'name']).doNothing())
        .execute();
      return (await named(row.project_id, row.name)) ?? row;
    },
    get: (id) => db.selectFrom('datasets').selectAll().where('id', '=', id).executeTakeFirst(),
    named,
    list: ({ projectId, limit, before }) =>
      db
        .selectFrom('datasets')
        .innerJoin('dataset_versions', 'dataset_versions.dataset_id', 'datasets.id')
        .select(['datasets.id', 'datasets.project_id', 'datasets.name', 'datasets.created_at'])
        .select(['dataset_versions.version', 'dataset_versions.items'])
        .where('dataset_versions.version', '=', ({ selectFrom }) =>
          selectFrom('dataset_versions as other')
            .select(({ fn }) => fn.max('other.version').as('latest'))
            .whereRef('other.dataset_id', '=', 'datasets.id'),
        )
        .$if(projectId !== undefined, (query) => query.where('datasets.project_id', '=', projectId ?? ''))
        .$if(before !== undefined, (query) => query.where('datasets.id', '<', before ?? ''))
        .orderBy('datasets.id', 'desc')
        .limit(limit)
        .execute(),
    versions: (datasetId) =>
      db
        .selectFrom('dataset_versions')
        .selectAll()
        .where('dataset_id', '=', datasetId)
        .orderBy('version', 'desc')
        .execute(),
    append: ({ row, added, removed }) =>
      db.transaction().execute(async (transaction) => {
        await transaction.insertInto('dataset_versions').values(row).execute();
        const gone = [...removed, ...added.map(({ item_id }) => item_id)];
        for (let at = 0; at < gone.length; at += BATCH) {
          await transaction
            .updateTable('dataset_items')
            .set({ to_version: row.version })
            .where('dataset_id', '=', row.dataset_id)
            .where('to_version', 'is', null)
            .where('item_id', 'in', gone.slice(at, at + BATCH))
            .execute();
        }
        for (let at = 0; at < added.length; at += BATCH) {
          await transaction
            .insertInto('dataset_items')
            .values(added.slice(at, at + BATCH))
            .execute();
        }
      }),
    items: ({ datasetId, version, limit, after }) =>
      db
        .selectFrom('dataset_items')
        .selectAll()
        .where('dataset_id', '=', datasetId)
        .where('from_version', '<=', version)
        .where(({ eb, or }) => or([eb('to_version', 'is', null), eb('to_version', '>', version)]))
        .$if(after !== undefined, (query) => query.where('item_id', '>', after ?? ''))
        .orderBy('item_id')
        .limit(limit)
        .execute(),
  };
}
