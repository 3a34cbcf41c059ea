import type { UsageRecord } from '../../kernel/usage-record.ts';

/** Columns of the copy, in types that old servers know too. */
const COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['request_id', 'String'],
  ['day', 'Date'],
  ['timestamp_ms', 'UInt64'],
  ['project_id', 'String'],
  ['key_id', 'String'],
  ['user_id', 'String'],
  ['agent_type', 'String'],
  ['session_id', 'String'],
  ['tags', 'Array(String)'],
  ['wire', 'String'],
  ['operation', 'String'],
  ['provider', 'String'],
  ['model', 'String'],
  ['model_requested', 'String'],
  ['stream', 'UInt8'],
  ['status', 'UInt16'],
  ['success', 'UInt8'],
  ['error_code', 'String'],
  ['cache', 'String'],
  ['attempts', 'UInt8'],
  ['response_time_ms', 'Float64'],
  ['time_to_first_token_ms', 'Nullable(Float64)'],
  ['overhead_ms', 'Float64'],
  ['input_tokens', 'UInt64'],
  ['cache_read_tokens', 'UInt64'],
  ['cache_write_tokens', 'UInt64'],
  ['output_tokens', 'UInt64'],
  ['reasoning_tokens', 'UInt64'],
  ['tokens_used', 'UInt64'],
  ['cost_nano_usd', 'Int64'],
  ['saved_nano_usd', 'Int64'],
  ['cost_state', 'String'],
  ['sent_at_ms', 'UInt64'],
];

/**
 * Records are sent at least once: of those with the same id the table keeps the one sent last, when it merges, and for
 * queries with FINAL at once.
 */
export function createTableStatement(table: string): string {
  const columns = COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ');
  const engine = 'ReplacingMergeTree(sent_at_ms) PARTITION BY toYYYYMM(day) ORDER BY (project_id, day, request_id)';
  return ['CREATE TABLE IF NOT EXISTS', table, `(${columns})`, 'ENGINE =', engine].join(' ');
}

export function usageTableRow(record: UsageRecord, sentAtMs: number): Readonly<Record<string, unknown>> {
  const { tokens } = record;
  return {
    request_id: record.request_id,
    day: new Date(record.timestamp).toISOString().slice(0, 10),
    timestamp_ms: record.timestamp,
    project_id: record.project_id,
    key_id: record.key_id,
    user_id: record.user_id ?? '',
    agent_type: record.agent_type ?? '',
    session_id: record.session_id ?? '',
    tags: Object.entries(record.tags).map(([name, value]) => `${name}=${value}`),
    wire: record.wire,
    operation: record.operation,
    provider: record.provider ?? '',
    model: record.model ?? '',
    model_requested: record.model_requested ?? '',
    stream: record.stream ? 1 : 0,
    status: record.status,
    success: record.success ? 1 : 0,
    error_code: record.error_code ?? '',
    cache: record.cache,
    attempts: record.attempts.length,
    response_time_ms: record.response_time_ms,
    time_to_first_token_ms: record.time_to_first_token_ms,
    overhead_ms: record.overhead_ms,
    input_tokens: tokens.input,
    cache_read_tokens: tokens.cache_read,
    cache_write_tokens: tokens.cache_write_5m + tokens.cache_write_1h,
    output_tokens: tokens.output,
    reasoning_tokens: tokens.reasoning,
    tokens_used: record.tokens_used,
    // As text: a 64-bit number may lose digits as a number of JSON.
    cost_nano_usd: String(record.cost_nano_usd),
    saved_nano_usd: String(record.saved_nano_usd),
    cost_state: record.cost_state,
    sent_at_ms: sentAtMs,
  };
}
