import { type Kysely, sql } from 'kysely';
import { isPostgres } from './dialect-of.ts';

/** Ids and paths that rows are ordered by: byte by byte, whatever language the database speaks. */
const ORDERED: readonly (readonly [table: string, column: string])[] = [
  ['workflows', 'id'],
  ['workflow_versions', 'workflow_id'],
  ['workflow_executions', 'id'],
  ['workflow_execution_steps', 'run_id'],
  ['workflow_execution_steps', 'path'],
  ['workflow_attempts', 'run_id'],
  ['workflow_attempts', 'path'],
  ['workflow_triggers', 'id'],
  ['inbox', 'id'],
];

/** Definitions, their runs, and what waits for people. */
export async function workflows(db: Kysely<unknown>): Promise<void> {
  await definitions(db);
  await runs(db);
  await steps(db);
  await attempts(db);
  await inbox(db);
  if (!isPostgres(db)) return;
  for (const [table, column] of ORDERED) {
    await sql`alter table ${sql.table(table)} alter column ${sql.ref(column)} type text collate "C"`.execute(db);
  }
}

async function definitions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('workflows')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('latest_version', 'bigint', (column) => column.notNull())
    .addColumn('published', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('workflows_name')
    .unique()
    .on('workflows')
    .columns(['project_id', 'name'])
    .where(sql.ref('deleted_at'), 'is', null)
    .execute();
  await db.schema
    .createTable('workflow_versions')
    .addColumn('workflow_id', 'text', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('workflow_versions_key', ['workflow_id', 'version'])
    .execute();
  await db.schema
    .createTable('workflow_triggers')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('workflow_id', 'text', (column) => column.notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('definition', 'text', (column) => column.notNull())
    .addColumn('secret', 'text')
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('next_at', 'bigint')
    .addUniqueConstraint('workflow_triggers_name', ['workflow_id', 'name'])
    .execute();
  await db.schema.createIndex('workflow_triggers_due').on('workflow_triggers').column('next_at').execute();
}

async function runs(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('workflow_executions')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('workflow_id', 'text', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('input', 'text', (column) => column.notNull())
    .addColumn('output', 'text')
    .addColumn('error', 'text')
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text')
    .addColumn('parent_run_id', 'text')
    .addColumn('parent_path', 'text')
    .addColumn('forked_from', 'text')
    .addColumn('trigger', 'text', (column) => column.notNull())
    .addColumn('dedupe_key', 'text')
    .addColumn('budget', 'text')
    .addColumn('deadline_at', 'bigint')
    .addColumn('cancel_requested', 'integer', (column) => column.notNull())
    .addColumn('owner', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('fence', 'bigint', (column) => column.notNull())
    .addColumn('wake_at', 'bigint')
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('cost_nano', 'bigint', (column) => column.notNull())
    .addColumn('tokens_used', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .execute();
  const index = (name: string) => db.schema.createIndex(`workflow_executions_${name}`).on('workflow_executions');
  await index('by_project').columns(['project_id', 'id']).execute();
  await index('by_workflow').columns(['workflow_id', 'id']).execute();
  // Only what somebody must look at is in these three: a million runs that are over cost the claim nothing.
  await index('due').column('wake_at').where(sql.ref('wake_at'), 'is not', null).execute();
  await index('leased').column('lease_until').where(sql.ref('lease_until'), 'is not', null).execute();
  await index('ended').column('ended_at').where(sql.ref('ended_at'), 'is not', null).execute();
  await index('children').column('parent_run_id').where(sql.ref('parent_run_id'), 'is not', null).execute();
  await index('deduplicated')
    .unique()
    .columns(['workflow_id', 'dedupe_key'])
    .where(sql.ref('dedupe_key'), 'is not', null)
    .execute();
}

async function steps(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('workflow_execution_steps')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('step_name', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('output', 'text')
    .addColumn('raw', 'text')
    .addColumn('error', 'text')
    .addColumn('retry_count', 'bigint', (column) => column.notNull())
    .addColumn('tokens_used', 'bigint', (column) => column.notNull())
    .addColumn('cost_nano', 'bigint', (column) => column.notNull())
    .addColumn('model_name', 'text')
    .addColumn('started_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('due_at', 'bigint')
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('reused_from', 'text')
    .addPrimaryKeyConstraint('workflow_execution_steps_key', ['run_id', 'path'])
    .execute();
}

async function attempts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('workflow_attempts')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('attempt', 'bigint', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('effect', 'text', (column) => column.notNull())
    .addColumn('input', 'text', (column) => column.notNull())
    .addColumn('idempotency_key', 'text', (column) => column.notNull())
    .addColumn('request_id', 'text')
    .addColumn('answer', 'text')
    .addColumn('error', 'text')
    .addColumn('tokens_used', 'bigint', (column) => column.notNull())
    .addColumn('cost_nano', 'bigint')
    .addColumn('model_name', 'text')
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addPrimaryKeyConstraint('workflow_attempts_key', ['run_id', 'path', 'attempt'])
    .execute();
}

async function inbox(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('inbox')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('form', 'text')
    .addColumn('run_id', 'text')
    .addColumn('path', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('decided_at', 'bigint')
    .addColumn('decided_by', 'text')
    .addColumn('data', 'text')
    .execute();
  await db.schema.createIndex('inbox_by_project').on('inbox').columns(['project_id', 'status', 'id']).execute();
  await db.schema
    .createIndex('inbox_by_run')
    .on('inbox')
    .column('run_id')
    .where(sql.ref('run_id'), 'is not', null)
    .execute();
}
