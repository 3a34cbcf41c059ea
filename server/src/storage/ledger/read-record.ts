import { type AttemptRecord, NO_TOKENS, type TokenBuckets, type UsageRecord } from '../../kernel/usage-record.ts';

type Written = Partial<Omit<UsageRecord, 'attempts' | 'tokens'>> & {
  readonly attempts: readonly (Omit<AttemptRecord, 'tokens'> & { readonly tokens: Partial<TokenBuckets> })[];
  readonly tokens: Partial<TokenBuckets>;
};

/** The record that `recordJson`, or a version of Weir that left nothing out, wrote. */
export function readRecord(json: string): UsageRecord {
  const written = JSON.parse(json) as Written;
  return {
    ...LEFT_OUT,
    ...written,
    attempts: written.attempts.map((attempt) => ({
      ...ATTEMPT_LEFT_OUT,
      ...attempt,
      tokens: { ...NO_TOKENS, ...attempt.tokens },
    })),
    tokens: { ...NO_TOKENS, ...written.tokens },
  };
}

/** In the order in which records show their members. */
const ATTEMPT_LEFT_OUT = {
  attempt: 1,
  provider: '',
  model: '',
  credential: '',
  reason: 'first',
  status: 0,
  error_code: null,
  started_at: 0,
  duration_ms: 0,
  tokens: NO_TOKENS,
  cost_nano_usd: 0,
  cost_state: 'exact',
  partial: false,
} as const satisfies AttemptRecord;

const LEFT_OUT = {
  request_id: '',
  timestamp: 0,
  project_id: '',
  key_id: '',
  user_id: null,
  agent_type: null,
  session_id: null,
  tags: {},
  run_id: null,
  step: null,
  conversation_id: null,
  prompt: null,
  prompt_version: null,
  wire: '',
  operation: '',
  provider: null,
  model: null,
  model_requested: null,
  stream: false,
  status: 0,
  success: true,
  error_code: null,
  error: null,
  cache: 'bypass',
  saved_nano_usd: 0,
  findings: [],
  stages: [],
  attempts: [],
  response_time_ms: 0,
  time_to_first_token_ms: null,
  overhead_ms: 0,
  tokens: NO_TOKENS,
  tokens_used: 0,
  cost_usd: 0,
  cost_nano_usd: 0,
  cost_state: 'exact',
} as const satisfies UsageRecord;
