import { usdFromNano } from '../../kernel/money.ts';
import {
  type AttemptRecord,
  type IntentRecord,
  NO_TOKENS,
  type TokenBuckets,
  type UsageRecord,
} from '../../kernel/usage-record.ts';

const EXPLANATION = 'The process ended before the call was settled; tokens and cost are estimated.';

export type Intents = readonly [IntentRecord, ...IntentRecord[]];

/** Intents as JSON, in the order of their attempts, put together by request id. */
export function intentsByCall(records: readonly string[]): Map<string, Intents> {
  const calls = new Map<string, Intents>();
  for (const record of records) {
    const intent = JSON.parse(record) as IntentRecord;
    const known = calls.get(intent.request_id);
    calls.set(intent.request_id, known ? [...known, intent] : [intent]);
  }
  return calls;
}

/** The record of a call whose process died: the worst case of every attempt that had left, oldest first. */
export function settleDeadCall(intents: Intents): UsageRecord {
  const first = intents[0];
  const last = intents.at(-1) ?? first;
  const attempts = intents.map(deadAttempt);
  const input = sum(intents, (intent) => intent.estimated_input);
  const output = sum(intents, (intent) => intent.estimated_output);
  const cost = sum(intents, (intent) => intent.estimated_cost_nano_usd);
  return {
    request_id: first.request_id,
    timestamp: first.timestamp,
    project_id: first.project_id,
    key_id: first.key_id,
    user_id: first.user_id,
    agent_type: first.agent_type,
    session_id: null,
    tags: {},
    run_id: first.run_id ?? null,
    step: first.step ?? null,
    conversation_id: null,
    prompt: first.prompt ?? null,
    prompt_version: first.prompt_version ?? null,
    wire: first.wire,
    operation: first.operation,
    provider: last.provider,
    model: last.model,
    model_requested: first.model_requested,
    stream: first.stream,
    status: 0,
    success: false,
    error_code: null,
    error: EXPLANATION,
    cache: 'bypass',
    saved_nano_usd: 0,
    findings: [],
    stages: [],
    attempts,
    response_time_ms: 0,
    time_to_first_token_ms: null,
    overhead_ms: 0,
    tokens: buckets(input, output),
    tokens_used: input + output,
    cost_usd: usdFromNano(cost),
    cost_nano_usd: cost,
    cost_state: 'estimated',
  };
}

function deadAttempt(intent: IntentRecord): AttemptRecord {
  return {
    attempt: intent.attempt,
    provider: intent.provider,
    model: intent.model,
    credential: '',
    reason: intent.attempt === 1 ? 'first' : 'retry',
    status: 0,
    error_code: null,
    started_at: intent.timestamp,
    duration_ms: 0,
    tokens: buckets(intent.estimated_input, intent.estimated_output),
    cost_nano_usd: intent.estimated_cost_nano_usd,
    cost_state: 'estimated',
    partial: true,
  };
}

function sum(intents: readonly IntentRecord[], of: (intent: IntentRecord) => number): number {
  return intents.reduce((total, intent) => total + of(intent), 0);
}

function buckets(input: number, output: number): TokenBuckets {
  return { ...NO_TOKENS, input, output };
}
