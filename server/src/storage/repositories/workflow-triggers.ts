import type { Kysely } from 'kysely';
import type { WorkflowStore } from '../../ports/workflow-store.ts';
import type { Schema } from '../schema.ts';

export function workflowTriggersRepository(db: Kysely<Schema>): WorkflowStore['triggers'] {
  const triggers = () => db.selectFrom('workflow_triggers').selectAll();
  return {
    put: (workflowId, rows) =>
      db.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('workflow_triggers').where('workflow_id', '=', workflowId).execute();
        if (rows.length > 0) {
          await transaction
            .insertInto('workflow_triggers')
            .values([...rows])
            .execute();
        }
      }),
    all: (workflowId) => triggers().where('workflow_id', '=', workflowId).orderBy('name').execute(),
    find: (workflowId, name) =>
      triggers().where('workflow_id', '=', workflowId).where('name', '=', name).executeTakeFirst(),
    due: (nowMs, limit) => triggers().where('next_at', '<=', nowMs).orderBy('next_at').limit(limit).execute(),
    async advance(id, { fromMs, toMs }) {
      const { numUpdatedRows } = await db
        .updateTable('workflow_triggers')
        .set({ next_at: toMs })
        .where('id', '=', id)
        .where('next_at', '=', fromMs)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}
