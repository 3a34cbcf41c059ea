import { type Kysely, sql } from 'kysely';
import { isPostgres } from './dialect-of.ts';

/** Answers to calls of items whose result is not stored yet. */
export async function evalAnswers(db: Kysely<unknown>): Promise<void> {
  const text = isPostgres(db) ? sql`text collate "C"` : sql`text`;
  await db.schema
    .createTable('eval_answers')
    .addColumn('run_id', text, (column) => column.notNull())
    .addColumn('item_id', text, (column) => column.notNull())
    .addColumn('trial', 'bigint', (column) => column.notNull())
    .addColumn('place', 'bigint', (column) => column.notNull())
    .addColumn('request_id', text, (column) => column.notNull())
    .addColumn('answer', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('eval_answers_key', ['run_id', 'item_id', 'trial', 'place'])
    .execute();
}
