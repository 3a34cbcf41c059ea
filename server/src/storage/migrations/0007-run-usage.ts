import { type Kysely, sql } from 'kysely';

/** The workflow run that made a call; '' for all others, which the index leaves out. */
export async function runUsage(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('usage_records')
    .addColumn('run_id', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  await db.schema
    .createIndex('usage_records_by_run')
    .on('usage_records')
    .columns(['run_id', 'timestamp', 'request_id'])
    .where(sql.ref('run_id'), '<>', sql.lit(''))
    .execute();
}
