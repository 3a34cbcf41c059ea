import type { Kysely } from 'kysely';

/** The ledger: records, tags, rollups, open intents, and how far the spool is shipped. */
export async function usage(db: Kysely<unknown>): Promise<void> {
  await records(db);
  await rollup(db, 'usage_hourly');
  await rollup(db, 'usage_daily');
  await db.schema
    .createTable('open_intents')
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('process_epoch', 'text', (column) => column.notNull())
    .addColumn('record', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('open_intents_key', ['request_id', 'attempt'])
    .execute();
  await db.schema
    .createTable('spool_offsets')
    .addColumn('segment', 'text', (column) => column.primaryKey().notNull())
    .addColumn('shipped', 'bigint', (column) => column.notNull())
    .execute();
}

async function records(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('usage_records')
    .addColumn('request_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('timestamp', 'bigint', (column) => column.notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('agent_type', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('wire', 'text', (column) => column.notNull())
    .addColumn('succeeded', 'integer', (column) => column.notNull())
    .addColumn('input_tokens', 'bigint', (column) => column.notNull())
    .addColumn('output_tokens', 'bigint', (column) => column.notNull())
    .addColumn('cost_nano', 'bigint', (column) => column.notNull())
    .addColumn('unpriced', 'integer', (column) => column.notNull())
    .addColumn('estimated', 'integer', (column) => column.notNull())
    .addColumn('record', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('usage_records_by_time')
    .on('usage_records')
    .columns(['timestamp', 'request_id'])
    .execute();
  await db.schema
    .createIndex('usage_records_by_project')
    .on('usage_records')
    .columns(['project_id', 'timestamp', 'request_id'])
    .execute();
  await db.schema
    .createTable('usage_tags')
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('tag', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_tags_key', ['request_id', 'tag'])
    .execute();
}

async function rollup(db: Kysely<unknown>, table: string): Promise<void> {
  await db.schema
    .createTable(table)
    .addColumn('start', 'bigint', (column) => column.notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('agent_type', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('wire', 'text', (column) => column.notNull())
    .addColumn('calls', 'bigint', (column) => column.notNull())
    .addColumn('succeeded', 'bigint', (column) => column.notNull())
    .addColumn('input_tokens', 'bigint', (column) => column.notNull())
    .addColumn('output_tokens', 'bigint', (column) => column.notNull())
    .addColumn('cost_nano', 'bigint', (column) => column.notNull())
    .addColumn('unpriced', 'bigint', (column) => column.notNull())
    .addColumn('estimated', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint(`${table}_key`, [
      'start',
      'project_id',
      'user_id',
      'key_id',
      'agent_type',
      'model',
      'provider',
      'wire',
    ])
    .execute();
}
