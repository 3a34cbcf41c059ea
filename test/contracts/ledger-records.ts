import {
  type IntentRecord,
  NO_TOKENS,
  type TokenBuckets,
  type UsageRecord,
} from '../../server/src/kernel/usage-record.ts';

export const NOON = Date.UTC(2026, 10, 20, 12);

export function buckets(some: Partial<TokenBuckets>): TokenBuckets {
  return { ...NO_TOKENS, ...some };
}

/** A settled call: 10 tokens in, 5 out, 70 nano-USD, unless told otherwise. */
export function settled(requestId: string, changes: Partial<UsageRecord> = {}): UsageRecord {
  return {
    request_id: requestId,
    timestamp: NOON,
    project_id: 'project_1',
    key_id: 'key_1',
    user_id: 'ada',
    agent_type: 'tutor',
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
    cache: 'miss',
    saved_nano_usd: 0,
    findings: [],
    stages: [],
    attempts: [],
    response_time_ms: 12.5,
    time_to_first_token_ms: null,
    overhead_ms: 0.25,
    tokens: buckets({ input: 10, output: 5 }),
    tokens_used: 15,
    cost_usd: 0.00000007,
    cost_nano_usd: 70,
    cost_state: 'exact',
    ...changes,
  };
}

export function intended(requestId: string, changes: Partial<IntentRecord> = {}): IntentRecord {
  return {
    request_id: requestId,
    attempt: 1,
    timestamp: NOON,
    project_id: 'project_1',
    key_id: 'key_1',
    user_id: 'ada',
    agent_type: 'tutor',
    wire: 'openai-chat',
    operation: 'chat',
    provider: 'openai',
    model: 'gpt-4o-mini',
    model_requested: 'fast',
    stream: true,
    estimated_input: 100,
    estimated_output: 50,
    estimated_cost_nano_usd: 1000,
    ...changes,
  };
}
