import { type Kysely, sql } from 'kysely';
import { isPostgres } from './dialect-of.ts';

/** Ids that lists are ordered by: byte by byte, whatever language the database speaks. */
const ORDERED: readonly (readonly [table: string, column: string])[] = [
  ['usage_records', 'request_id'],
  ['usage_tags', 'request_id'],
  ['provider_objects', 'id'],
  ['api_keys', 'id'],
  ['projects', 'id'],
  ['credentials', 'id'],
  ['settings', 'name'],
  ['open_intents', 'request_id'],
];

/** What several replicas need of one database, and the queue of an analytics sink. */
export async function replicas(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('replicas')
    .addColumn('epoch', 'text', (column) => column.primaryKey().notNull())
    .addColumn('home', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .execute();
  await changes(db);
  for (const table of ['provisional_records', 'usage_outbox']) {
    await db.schema
      .createTable(table)
      .addColumn('request_id', 'text', (column) => column.primaryKey().notNull())
      .execute();
  }
  await db.schema.createIndex('open_intents_by_process').on('open_intents').column('process_epoch').execute();
  await db.schema.createIndex('audit_by_time').on('audit').column('at').execute();
  if (isPostgres(db)) await orderByBytes(db);
}

async function changes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('changes')
    .addColumn('sequence', isPostgres(db) ? 'bigserial' : 'integer', (column) => column.primaryKey().notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
}

async function orderByBytes(db: Kysely<unknown>): Promise<void> {
  for (const [table, column] of ORDERED) {
    await sql`alter table ${sql.table(table)} alter column ${sql.ref(column)} type text collate "C"`.execute(db);
  }
}
