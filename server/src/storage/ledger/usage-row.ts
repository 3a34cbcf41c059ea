import type { IntentRecord, TokenBuckets, UsageRecord } from '../../kernel/usage-record.ts';
import type { UsageRecordTable } from '../schema.ts';

/** A row without its JSON, and the tags as `name=value`: what the shipper needs, in the order of the insert statement. */
export type SettleHead = readonly [
  requestId: string,
  timestamp: number,
  projectId: string,
  keyId: string,
  userId: string,
  agentType: string,
  model: string,
  provider: string,
  wire: string,
  succeeded: number,
  inputTokens: number,
  outputTokens: number,
  costNano: number,
  unpriced: number,
  estimated: number,
  tags: readonly string[],
  /** Absent in lines of versions that had no cache. */
  savedNano?: number,
  /** Absent in lines of versions that had no workflows. */
  runId?: string,
];

export type IntentHead = readonly [requestId: string, attempt: number];

const NO_TAGS: readonly string[] = [];

export function intentHead(record: IntentRecord): IntentHead {
  return [record.request_id, record.attempt];
}

export function settleHead(record: UsageRecord): SettleHead {
  return [
    record.request_id,
    record.timestamp,
    record.project_id,
    record.key_id,
    record.user_id ?? '',
    record.agent_type ?? '',
    record.model ?? '',
    record.provider ?? '',
    record.wire,
    record.success ? 1 : 0,
    allInput(record.tokens),
    allOutput(record.tokens),
    record.cost_nano_usd,
    record.cost_state === 'unpriced' ? 1 : 0,
    record.cost_state === 'estimated' ? 1 : 0,
    tagsOf(record.tags),
    record.saved_nano_usd,
    record.run_id ?? '',
  ];
}

/** The row that the head and the record's JSON make. */
export function usageRow(head: SettleHead, json: string): UsageRecordTable {
  return {
    request_id: head[0],
    timestamp: head[1],
    project_id: head[2],
    key_id: head[3],
    user_id: head[4],
    agent_type: head[5],
    model: head[6],
    provider: head[7],
    wire: head[8],
    succeeded: head[9],
    input_tokens: head[10],
    output_tokens: head[11],
    cost_nano: head[12],
    unpriced: head[13],
    estimated: head[14],
    saved_nano: head[16] ?? 0,
    run_id: head[17] ?? '',
    record: json,
  };
}

function tagsOf(tags: UsageRecord['tags']): readonly string[] {
  let found: string[] | undefined;
  for (const name in tags) {
    found ??= [];
    found.push(`${name}=${tags[name]}`);
  }
  return found ?? NO_TAGS;
}

function allInput(tokens: TokenBuckets): number {
  return tokens.input + tokens.cache_read + tokens.cache_write_5m + tokens.cache_write_1h + tokens.audio_input;
}

function allOutput(tokens: TokenBuckets): number {
  return tokens.output + tokens.reasoning + tokens.audio_output;
}
