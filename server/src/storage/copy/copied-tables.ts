/** A table that goes from one database to another. */
export interface CopiedTable {
  readonly name: string;
  /** Its primary key: the order of the copy, and where an interrupted one goes on. */
  readonly key: readonly string[];
  /** Columns whose sums must be the same on both sides. */
  readonly sums: readonly string[];
}

const ROLLUP_KEY = ['start', 'project_id', 'user_id', 'key_id', 'agent_type', 'model', 'provider', 'wire'];
const ROLLUP_SUMS = [
  'calls',
  'succeeded',
  'input_tokens',
  'output_tokens',
  'cost_nano',
  'unpriced',
  'estimated',
  'saved_nano',
];

/**
 * Everything that is kept. Not here: what is of a running process (spool offsets, open intents, replicas, changes) and the
 * notes of migrations.
 */
export const COPIED_TABLES: readonly CopiedTable[] = [
  { name: 'projects', key: ['id'], sums: [] },
  { name: 'api_keys', key: ['id'], sums: [] },
  { name: 'credentials', key: ['id'], sums: [] },
  { name: 'settings', key: ['kind', 'name'], sums: [] },
  { name: 'named_values', key: ['name'], sums: [] },
  { name: 'provider_objects', key: ['id'], sums: [] },
  { name: 'idempotency', key: ['id'], sums: [] },
  { name: 'log_services', key: ['id'], sums: ['id'] },
  { name: 'log_policies', key: ['policy_id'], sums: ['policy_id', 'version'] },
  { name: 'workflows', key: ['id'], sums: ['latest_version'] },
  { name: 'workflow_versions', key: ['workflow_id', 'version'], sums: ['version'] },
  { name: 'workflow_triggers', key: ['id'], sums: [] },
  { name: 'workflow_executions', key: ['id'], sums: ['sequence', 'cost_nano', 'tokens_used'] },
  { name: 'workflow_execution_steps', key: ['run_id', 'path'], sums: ['sequence', 'cost_nano', 'tokens_used'] },
  { name: 'workflow_attempts', key: ['run_id', 'path', 'attempt'], sums: ['cost_nano', 'tokens_used'] },
  { name: 'inbox', key: ['id'], sums: [] },
  { name: 'conversations', key: ['id'], sums: ['turns', 'updated_at'] },
  { name: 'conversation_turns', key: ['conversation_id', 'number'], sums: ['number', 'messages', 'tokens'] },
  { name: 'prompts', key: ['project_id', 'name'], sums: ['latest'] },
  { name: 'prompt_versions', key: ['project_id', 'name', 'version'], sums: ['version'] },
  { name: 'prompt_labels', key: ['project_id', 'name', 'label'], sums: ['moves'] },
  { name: 'prompt_label_moves', key: ['project_id', 'name', 'label', 'sequence'], sums: ['sequence'] },
  { name: 'datasets', key: ['id'], sums: [] },
  { name: 'dataset_versions', key: ['dataset_id', 'version'], sums: ['version', 'items'] },
  { name: 'dataset_items', key: ['dataset_id', 'item_id', 'from_version'], sums: ['from_version', 'to_version'] },
  { name: 'evaluators', key: ['project_id', 'name', 'version'], sums: ['version'] },
  { name: 'eval_runs', key: ['id'], sums: ['planned'] },
  { name: 'eval_results', key: ['run_id', 'item_id', 'trial'], sums: ['cost_nano', 'judge_cost_nano', 'latency_ms'] },
  { name: 'eval_answers', key: ['run_id', 'item_id', 'trial', 'place'], sums: [] },
  { name: 'scores', key: ['id'], sums: ['created_at'] },
  { name: 'audit', key: ['sequence'], sums: ['sequence'] },
  {
    name: 'usage_records',
    key: ['request_id'],
    sums: ['cost_nano', 'saved_nano', 'input_tokens', 'output_tokens', 'succeeded'],
  },
  { name: 'usage_tags', key: ['request_id', 'tag'], sums: [] },
  { name: 'usage_hourly', key: ROLLUP_KEY, sums: ROLLUP_SUMS },
  { name: 'usage_daily', key: ROLLUP_KEY, sums: ROLLUP_SUMS },
];

/** Named values that the copy itself writes. */
export const COPY_NOTES = 'copy:';
