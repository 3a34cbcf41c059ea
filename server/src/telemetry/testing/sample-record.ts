import { type AttemptRecord, NO_TOKENS, type UsageRecord } from '../../kernel/usage-record.ts';

export function sampleAttempt(fields: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    attempt: 1,
    provider: 'openai',
    model: 'gpt-4o-mini',
    credential: 'openai-1',
    reason: 'first',
    status: 200,
    error_code: null,
    started_at: 1_763_632_800_010,
    duration_ms: 200,
    tokens: { ...NO_TOKENS, input: 100, output: 20 },
    cost_nano_usd: 27_000,
    cost_state: 'exact',
    partial: false,
    ...fields,
  };
}

/** A call to gpt-4o-mini that worked, except for the fields given. */
export function sampleRecord(fields: Partial<UsageRecord> = {}): UsageRecord {
  return {
    request_id: 'req_1',
    timestamp: 1_763_632_800_000,
    project_id: 'default',
    key_id: 'key_1',
    user_id: 'ada',
    agent_type: 'planner',
    session_id: null,
    tags: {},
    run_id: null,
    step: null,
    conversation_id: null,
    prompt: null,
    prompt_version: null,
    wire: 'openai-chat',
    operation: 'chat',
    provider: 'openai',
    model: 'gpt-4o-mini',
    model_requested: 'gpt-4o-mini',
    stream: false,
    status: 200,
    success: true,
    error_code: null,
    error: null,
    cache: 'bypass',
    saved_nano_usd: 0,
    findings: [],
    stages: [],
    attempts: [sampleAttempt()],
    response_time_ms: 250,
    time_to_first_token_ms: null,
    overhead_ms: 0.4,
    tokens: { ...NO_TOKENS, input: 100, output: 20 },
    tokens_used: 120,
    cost_usd: 0.000027,
    cost_nano_usd: 27_000,
    cost_state: 'exact',
    ...fields,
  };
}

/** The same call, answered with an error of the upstream. */
export function failedRecord(fields: Partial<UsageRecord> = {}): UsageRecord {
  return sampleRecord({
    status: 503,
    success: false,
    error_code: 'upstream.unavailable',
    error: 'ProviderError',
    attempts: [sampleAttempt({ status: 503, error_code: 'upstream.unavailable', tokens: NO_TOKENS, cost_nano_usd: 0 })],
    tokens: NO_TOKENS,
    tokens_used: 0,
    cost_usd: 0,
    cost_nano_usd: 0,
    ...fields,
  });
}
