import type { Kysely } from 'kysely';
import type { InboxStore } from '../../ports/inbox.ts';
import type { Schema } from '../schema.ts';

export function inboxRepository(db: Kysely<Schema>): InboxStore {
  return {
    async put(row) {
      await db
        .insertInto('inbox')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
    get: (projectId, id) =>
      db.selectFrom('inbox').selectAll().where('project_id', '=', projectId).where('id', '=', id).executeTakeFirst(),
    async list({ projectId, status, kind, runId, limit, before }) {
      // Ids of items that are found again by what they are about say nothing about their age.
      const start =
        before === undefined
          ? undefined
          : await db
              .selectFrom('inbox')
              .select(['created_at', 'id'])
              .where('project_id', '=', projectId)
              .where('id', '=', before)
              .executeTakeFirst();
      return db
        .selectFrom('inbox')
        .selectAll()
        .where('project_id', '=', projectId)
        .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'open'))
        .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? 'approval'))
        .$if(runId !== undefined, (query) => query.where('run_id', '=', runId ?? ''))
        .$if(start !== undefined, (query) =>
          query.where(({ eb, refTuple, tuple }) =>
            eb(refTuple('created_at', 'id'), '<', tuple(start?.created_at ?? 0, start?.id ?? '')),
          ),
        )
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
    },
    decide: ({ projectId, id, status, data, by, atMs }) =>
      db.transaction().execute(async (transaction) => {
        const row = await transaction
          .updateTable('inbox')
          .set({ status, data, decided_by: by, decided_at: atMs })
          .where('project_id', '=', projectId)
          .where('id', '=', id)
          .where('status', '=', 'open')
          .returningAll()
          .executeTakeFirst();
        if (row?.run_id == null) return row;
        await transaction
          .updateTable('workflow_executions')
          .set({ wake_at: atMs })
          .where('id', '=', row.run_id)
          .where('ended_at', 'is', null)
          .execute();
        return row;
      }),
    async useUp({ projectId, id, atMs }) {
      const row = await db
        .updateTable('inbox')
        .set({ expires_at: atMs })
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .where('status', '=', 'approved')
        .where('expires_at', '>', atMs)
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },
    async openCount(projectId) {
      const { open } = await db
        .selectFrom('inbox')
        .select(({ fn }) => fn.countAll<number>().as('open'))
        .where('project_id', '=', projectId)
        .where('status', '=', 'open')
        .executeTakeFirstOrThrow();
      return Number(open);
    },
  };
}
