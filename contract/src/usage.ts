import { z } from 'zod';

const tokenSums = z.object({ input: z.number(), output: z.number(), total: z.number() });
const count = z.number().int();

const sums = {
  total_cost: z.number().describe('USD'),
  token_usage: tokenSums,
  request_count: count,
  success_rate: z.number().describe('0..1; 0 without calls'),
  unpriced_count: count.describe('Calls without a known price; they count 0 in the costs'),
  estimated_count: count.describe('Calls whose tokens Weir counted because the provider did not'),
  saved_usd: z.number().describe('What calls that the reply cache answered would have cost, in USD'),
};

export const usageReportSchema = z.object({
  from: z.string().describe('ISO 8601, included'),
  to: z.string().describe('ISO 8601, not included'),
  ...sums,
  cost_by_agent: z.record(z.string(), z.number()).describe('USD; calls without an agent type are `unknown`'),
  cost_by_model: z.record(z.string(), z.number()).describe('USD'),
  groups: z
    .array(z.looseObject(sums))
    .describe('One entry per combination of group_by, with the groups as further fields'),
});

const tokens = z.object({
  input: count.describe('Neither read from nor written to a cache'),
  cache_read: count,
  cache_write_5m: count,
  cache_write_1h: count,
  output: count.describe('Without reasoning and audio'),
  reasoning: count,
  audio_input: count,
  audio_output: count,
  images: count.describe('Images made, not tokens'),
});

const money = {
  cost_nano_usd: z.number(),
  cost_state: z.enum(['exact', 'estimated', 'unpriced']),
};

const attempt = z.object({
  attempt: count,
  provider: z.string(),
  model: z.string(),
  credential: z.string(),
  reason: z.enum(['first', 'retry', 'fallback', 'reask']),
  status: count.describe('HTTP status of the provider; 0 when it never answered'),
  error_code: z.string().nullable(),
  started_at: count.describe('Epoch milliseconds'),
  duration_ms: z.number(),
  tokens,
  ...money,
  partial: z.boolean().describe('The reply ended early'),
});

const stage = z.object({
  stage: z.string().describe("A stage of Weir's pipeline; `receive`: until the call was let in and read"),
  started_ms: z.number().describe('Milliseconds from the arrival of the call'),
  duration_ms: z.number().describe('Of its own, on the way to the provider'),
});

/** One call as the ledger has it. */
export const findingSchema = z.object({
  guardrail: z.string().describe('injection, harmful, pii, secrets, size, language, or the name of a custom one'),
  type: z.string(),
  start: z.number().int().nonnegative().describe('UTF-16 offset within the text that was looked at'),
  end: z.number().int().nonnegative(),
  score: z.number().min(0).max(1),
  origin: z.enum(['user', 'untrusted', 'output']),
  action: z.enum(['monitor', 'redact', 'block']),
});

export const usageRecordSchema = z.object({
  request_id: z.string(),
  timestamp: count.describe('Epoch milliseconds of arrival'),
  project_id: z.string(),
  key_id: z.string(),
  user_id: z.string().nullable(),
  agent_type: z.string().nullable(),
  session_id: z.string().nullable(),
  tags: z.record(z.string(), z.string()),
  run_id: z.string().nullable(),
  step: z.string().nullable(),
  conversation_id: z.string().nullable(),
  prompt: z.string().nullable(),
  prompt_version: z.number().nullable(),
  wire: z.string(),
  operation: z.string(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  model_requested: z.string().nullable(),
  stream: z.boolean(),
  status: count.describe('HTTP status the client got'),
  success: z.boolean(),
  error_code: z.string().nullable(),
  error: z.string().nullable(),
  cache: z.enum(['hit', 'semantic', 'miss', 'bypass']),
  saved_nano_usd: z.number().int().nonnegative(),
  findings: z.array(findingSchema),
  stages: z.array(stage).describe('What took 0.1 ms or longer inside Weir'),
  attempts: z.array(attempt),
  response_time_ms: z.number(),
  time_to_first_token_ms: z.number().nullable(),
  overhead_ms: z.number(),
  tokens,
  tokens_used: count,
  cost_usd: z.number(),
  ...money,
});

export type UsageRecordObject = z.infer<typeof usageRecordSchema>;

const view = {
  id: z.string().describe('The request id of the call'),
  user_id: z.string().nullable(),
  model: z.string().nullable(),
  provider: z.string().nullable(),
  tokens: count,
  created_at: z.string().describe('ISO 8601'),
};

/** What guardrails found over a period, added up. */
export const guardFindingsSchema = z.object({
  from: z.string().describe('ISO 8601, included; later than asked for when `complete` is false'),
  to: z.string().describe('ISO 8601, not included'),
  complete: z.boolean().describe('false: only the newest 10,000 calls with findings are in it'),
  calls: count.describe('All calls of the period'),
  calls_found: count.describe('Those in which a guardrail found something'),
  calls_blocked: count.describe('Those that a guardrail ended'),
  calls_unscanned: count.describe('Those that nobody looked through, because there was no time'),
  groups: z.array(
    z.object({
      start: z.string().describe('Of the hour or day, ISO 8601'),
      guardrail: z.string(),
      type: z.string(),
      origin: z.enum(['user', 'untrusted', 'output']),
      action: z.enum(['monitor', 'redact', 'block']),
      calls: count,
      findings: count,
    }),
  ),
});
export type GuardFindings = z.infer<typeof guardFindingsSchema>;

export const telemetrySchema = z.object({
  ...view,
  duration: z.number().describe('Seconds'),
  status: z.enum(['success', 'error']),
  error: z.string().nullable(),
});

export const costSchema = z.object({ ...view, cost: z.number().describe('USD') });

const counted = z.object({ input_tokens: z.number(), output_tokens: z.number(), cost_usd: z.number().nullable() });
const ratios = z.object({
  input_tokens: z.number().nullable(),
  output_tokens: z.number().nullable(),
  cost_usd: z.number().nullable(),
});
const compared = { ours: counted, theirs: counted, difference: counted.describe('Ours minus theirs'), ratio: ratios };

export const reconciliationSchema = z.object({
  from: z.string(),
  to: z.string(),
  data: z.array(z.object({ provider: z.string(), model: z.string(), ...compared })),
  total: z.object(compared),
});
