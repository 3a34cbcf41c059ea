import type { Kysely } from 'kysely';

/** Conversations and what was said in them. */
export async function conversations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('conversations')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('turns', 'bigint', (column) => column.notNull())
    .addColumn('parent_id', 'text')
    .addColumn('parent_turn', 'bigint')
    .addColumn('head', 'text', (column) => column.notNull())
    .addColumn('summary', 'text')
    .addColumn('busy_with', 'text')
    .addColumn('busy_until', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('conversations_project')
    .on('conversations')
    .columns(['project_id', 'created_at', 'id'])
    .execute();
  await db.schema.createIndex('conversations_updated').on('conversations').columns(['updated_at']).execute();
  await db.schema
    .createTable('conversation_turns')
    .addColumn('conversation_id', 'text', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('request_id', 'text')
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('messages', 'bigint', (column) => column.notNull())
    .addColumn('tokens', 'bigint', (column) => column.notNull())
    .addColumn('has_user', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('conversation_turns_key', ['conversation_id', 'number'])
    .execute();
}
