import type { Kysely, Transaction } from 'kysely';
import { WeirError } from '../../kernel/errors.ts';
import type { Appended, ConversationStore } from '../../ports/conversation-store.ts';
import type { Schema } from '../schema.ts';

export function conversationsRepository(db: Kysely<Schema>): ConversationStore {
  return {
    async insert(row) {
      await db.insertInto('conversations').values(row).execute();
    },
    get: (id) => db.selectFrom('conversations').selectAll().where('id', '=', id).executeTakeFirst(),
    list: ({ projectId, userId, limit, before }) =>
      db
        .selectFrom('conversations')
        .selectAll()
        .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId ?? ''))
        .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
        .$if(before !== undefined, (query) =>
          query.where(({ eb, refTuple, selectFrom }) =>
            eb(
              refTuple('created_at', 'id'),
              '<',
              selectFrom('conversations as mark')
                .select(['mark.created_at', 'mark.id'])
                .where('mark.id', '=', before ?? '')
                .$asTuple('created_at', 'id'),
            ),
          ),
        )
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    delete: (id) =>
      db.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('conversation_turns').where('conversation_id', '=', id).execute();
        const { numDeletedRows } = await transaction
          .deleteFrom('conversations')
          .where('id', '=', id)
          .executeTakeFirst();
        return numDeletedRows > 0n;
      }),
    claim: (id, { projectId, requestId, nowMs, untilMs }) =>
      db
        .updateTable('conversations')
        .set({ busy_with: requestId, busy_until: untilMs })
        .where('id', '=', id)
        .where('project_id', '=', projectId)
        .where(({ or, eb }) => or([eb('busy_with', 'is', null), eb('busy_until', '<', nowMs)]))
        .returningAll()
        .executeTakeFirst(),
    async release(id, requestId) {
      await db
        .updateTable('conversations')
        .set({ busy_with: null, busy_until: 0 })
        .where('id', '=', id)
        .where('busy_with', '=', requestId)
        .execute();
    },
    append: (appended) => db.transaction().execute((transaction) => append(transaction, appended)),
    sizes: (id) =>
      db
        .selectFrom('conversation_turns')
        .select(['number', 'messages', 'tokens', 'has_user'])
        .where('conversation_id', '=', id)
        .orderBy('number')
        .execute(),
    turns: (id, { from, limit }) =>
      db
        .selectFrom('conversation_turns')
        .selectAll()
        .where('conversation_id', '=', id)
        .where('number', '>=', from)
        .orderBy('number')
        .limit(limit)
        .execute(),
    fork: (row, from) =>
      db.transaction().execute(async (transaction) => {
        await transaction.insertInto('conversations').values(row).execute();
        await transaction
          .insertInto('conversation_turns')
          .columns(TURN_COLUMNS)
          .expression((query) =>
            query
              .selectFrom('conversation_turns')
              .select(({ val }) => [val(row.id).as('conversation_id'), ...TURN_COLUMNS.slice(1)])
              .where('conversation_id', '=', from.id)
              .where('number', '<=', from.at),
          )
          .execute();
      }),
    async setHead(id, head) {
      await db.updateTable('conversations').set({ head }).where('id', '=', id).execute();
    },
    async setSummary(id, summary) {
      await db.updateTable('conversations').set({ summary }).where('id', '=', id).execute();
    },
    forgetOld: ({ beforeMs, limit }) =>
      db.transaction().execute(async (transaction) => {
        const rows = await transaction
          .selectFrom('conversations')
          .select('id')
          .where('updated_at', '<', beforeMs)
          .orderBy('updated_at')
          .limit(limit)
          .execute();
        return deleteWhole(
          transaction,
          rows.map(({ id }) => id),
        );
      }),
  };
}

const TURN_COLUMNS = [
  'conversation_id',
  'number',
  'request_id',
  'content',
  'created_at',
  'messages',
  'tokens',
  'has_user',
] as const;

/** Conversations with their turns; gives how many went. */
export async function deleteWhole(transaction: Transaction<Schema>, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  await transaction.deleteFrom('conversation_turns').where('conversation_id', 'in', ids).execute();
  const { numDeletedRows } = await transaction.deleteFrom('conversations').where('id', 'in', ids).executeTakeFirst();
  return Number(numDeletedRows);
}

async function append(transaction: Transaction<Schema>, appended: Appended): Promise<void> {
  const { turn, begin, head, userId } = appended;
  if (begin !== undefined) await transaction.insertInto('conversations').values(begin).execute();
  const { numUpdatedRows } = await transaction
    .updateTable('conversations')
    .set(({ fn, val }) => ({
      turns: turn.number,
      updated_at: turn.created_at,
      busy_with: null,
      busy_until: 0,
      ...(head === undefined ? {} : { head }),
      ...(userId === undefined ? {} : { user_id: fn.coalesce('user_id', val(userId)) }),
    }))
    .where('id', '=', turn.conversation_id)
    .where('turns', '=', turn.number - 1)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) {
    throw new WeirError('conflict', {
      message: 'Another call went on with this conversation meanwhile, or it is gone.',
    });
  }
  await transaction.insertInto('conversation_turns').values(turn).execute();
}
