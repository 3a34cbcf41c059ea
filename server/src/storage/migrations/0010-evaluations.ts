import { type ColumnDataType, type Kysely, type RawBuilder, sql } from 'kysely';
import { isPostgres } from './dialect-of.ts';

/** Datasets with their items, evaluators, evaluation runs with their results, scores. */
export async function evaluations(db: Kysely<unknown>): Promise<void> {
  await table(db, 'scores', {
    key: ['id'],
    text: ['id', 'project_id', 'inference_id', 'metric', 'evaluator', 'key_id'],
    textOrNull: ['evaluator_name', 'run_id', 'item_id', 'reason'],
    number: ['created_at'],
    numberOrNull: ['evaluator_version', 'trial'],
    share: ['score'],
  });
  await table(db, 'datasets', { key: ['id'], text: ['id', 'project_id', 'name'], number: ['created_at'] });
  await table(db, 'dataset_versions', {
    key: ['dataset_id', 'version'],
    text: ['dataset_id', 'author'],
    number: ['version', 'items', 'created_at'],
  });
  await table(db, 'dataset_items', {
    key: ['dataset_id', 'item_id', 'from_version'],
    text: ['dataset_id', 'item_id', 'hash'],
    textOrNull: ['content', 'source_request_id', 'user_id'],
    number: ['from_version'],
    numberOrNull: ['to_version'],
  });
  await table(db, 'evaluators', {
    key: ['project_id', 'name', 'version'],
    text: ['project_id', 'name', 'type', 'options', 'author'],
    number: ['version', 'created_at'],
  });
  await table(db, 'eval_runs', {
    key: ['id'],
    text: ['id', 'project_id', 'dataset_id', 'name', 'model', 'definition', 'status', 'key_id'],
    textOrNull: ['error', 'owner'],
    number: ['dataset_version', 'planned', 'lease_until', 'created_at'],
    numberOrNull: ['budget_nano', 'ended_at'],
  });
  await table(db, 'eval_results', {
    key: ['run_id', 'item_id', 'trial'],
    text: ['run_id', 'item_id'],
    textOrNull: ['request_id', 'error_code', 'output'],
    number: [
      'trial',
      'succeeded',
      'latency_ms',
      'cost_nano',
      'judge_cost_nano',
      'input_tokens',
      'output_tokens',
      'created_at',
    ],
  });
  await indexes(db);
}

async function indexes(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema.createIndex('datasets_by_name').unique().on('datasets').columns(['project_id', 'name']).execute();
  await schema.createIndex('scores_by_inference').on('scores').columns(['inference_id', 'metric']).execute();
  await schema.createIndex('scores_by_project').on('scores').columns(['project_id', 'id']).execute();
  await schema.createIndex('scores_by_run').on('scores').column('run_id').execute();
  await schema.createIndex('dataset_items_by_user').on('dataset_items').column('user_id').execute();
  await schema.createIndex('eval_runs_by_project').on('eval_runs').columns(['project_id', 'id']).execute();
  await schema.createIndex('eval_runs_by_status').on('eval_runs').columns(['status', 'lease_until']).execute();
}

type ColumnType = ColumnDataType | RawBuilder<unknown>;

interface Columns {
  readonly key: readonly string[];
  readonly text: readonly string[];
  readonly textOrNull?: readonly string[];
  readonly number: readonly string[];
  readonly numberOrNull?: readonly string[];
  readonly share?: readonly string[];
}

async function table(db: Kysely<unknown>, name: string, columns: Columns): Promise<void> {
  // Byte by byte, whatever language the database speaks: lists are ordered by ids.
  const text: ColumnType = isPostgres(db) ? sql`text collate "C"` : 'text';
  let builder = db.schema.createTable(name);
  const add = (names: readonly string[] = [], of: { type: ColumnType; isNull: boolean }) => {
    for (const column of names) {
      builder = builder.addColumn(column, of.type, (each) => (of.isNull ? each : each.notNull()));
    }
  };
  add(columns.text, { type: text, isNull: false });
  add(columns.textOrNull, { type: text, isNull: true });
  add(columns.number, { type: 'bigint', isNull: false });
  add(columns.numberOrNull, { type: 'bigint', isNull: true });
  add(columns.share, { type: 'double precision', isNull: false });
  await builder.addPrimaryKeyConstraint(`${name}_key`, [...columns.key] as never[]).execute();
}
