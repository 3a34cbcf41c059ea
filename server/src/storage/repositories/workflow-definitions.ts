import type { Kysely } from 'kysely';
import type { WorkflowStore } from '../../ports/workflow-store.ts';
import type { Schema } from '../schema.ts';
import { numbered } from './numbered.ts';

export function workflowDefinitionsRepository(db: Kysely<Schema>): WorkflowStore['definitions'] {
  const living = () => db.selectFrom('workflows').selectAll().where('deleted_at', 'is', null);
  return {
    async create(row, version) {
      await db.transaction().execute(async (transaction) => {
        await transaction.insertInto('workflows').values(row).execute();
        await transaction
          .insertInto('workflow_versions')
          .values({ ...version, version: row.latest_version })
          .execute();
      });
    },
    append: ({ projectId, id, name, description }, version) =>
      numbered(() =>
        db.transaction().execute(async (transaction) => {
          const row = await transaction
            .updateTable('workflows')
            .set((eb) => ({
              latest_version: eb('latest_version', '+', 1),
              name,
              description,
              updated_at: version.created_at,
            }))
            .where('id', '=', id)
            .where('project_id', '=', projectId)
            .where('deleted_at', 'is', null)
            .returning('latest_version')
            .executeTakeFirst();
          if (row === undefined) return undefined;
          await transaction
            .insertInto('workflow_versions')
            .values({ ...version, version: row.latest_version })
            .execute();
          return row.latest_version;
        }),
      ),
    get: (projectId, id) => living().where('project_id', '=', projectId).where('id', '=', id).executeTakeFirst(),
    named: (projectId, name) =>
      living().where('project_id', '=', projectId).where('name', '=', name).executeTakeFirst(),
    version: (workflowId, version) =>
      db
        .selectFrom('workflow_versions')
        .selectAll()
        .where('workflow_id', '=', workflowId)
        .where('version', '=', version)
        .executeTakeFirst(),
    list: ({ projectId, limit, before }) =>
      living()
        .where('project_id', '=', projectId)
        .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    versions: (workflowId) =>
      db
        .selectFrom('workflow_versions')
        .select(['workflow_id', 'version', 'created_by', 'created_at'])
        .where('workflow_id', '=', workflowId)
        .orderBy('version', 'desc')
        .execute(),
    async publish(projectId, id, published) {
      await db
        .updateTable('workflows')
        .set({ published })
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .execute();
    },
    published: (projectId) =>
      living().where('project_id', '=', projectId).where('published', '=', 1).orderBy('name').execute(),
    delete: (projectId, id, atMs) =>
      db.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('workflows')
          .set({ deleted_at: atMs })
          .where('project_id', '=', projectId)
          .where('id', '=', id)
          .where('deleted_at', 'is', null)
          .executeTakeFirst();
        await transaction.deleteFrom('workflow_triggers').where('workflow_id', '=', id).execute();
        return numUpdatedRows === 1n;
      }),
  };
}
