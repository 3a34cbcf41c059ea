import { z } from 'zod';

const count = z.number().int();

/** `event: call` of `GET /api/v1/live`: what is known of a call when it settles, without what was said. */
export const liveCallSchema = z.object({
  request_id: z.string(),
  timestamp: count.describe('Epoch milliseconds of arrival'),
  project_id: z.string(),
  key_id: z.string(),
  user_id: z.string().nullable(),
  agent_type: z.string().nullable(),
  run_id: z.string().nullable(),
  wire: z.string(),
  operation: z.string(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  stream: z.boolean(),
  status: count.describe('HTTP status the client got'),
  success: z.boolean(),
  error_code: z.string().nullable(),
  cache: z.enum(['hit', 'semantic', 'miss', 'bypass']),
  attempts: count,
  findings: count,
  tokens_used: count,
  cost_nano_usd: count,
  saved_nano_usd: count,
  response_time_ms: z.number(),
  time_to_first_token_ms: z.number().nullable(),
});
export type LiveCall = z.infer<typeof liveCallSchema>;

/** `event: change`: something is other than it was; what it is now is read where it always is. */
export const liveChangeSchema = z.object({
  object: z
    .enum([
      'key',
      'project',
      'credential',
      'route',
      'user',
      'budget',
      'policy',
      'inbox',
      'run',
      'workflow',
      'breaker',
      'alert',
    ])
    .describe('Kind of what changed'),
  id: z.string().nullable().describe('Null: not told here, read them again'),
});
export type LiveChange = z.infer<typeof liveChangeSchema>;

/** `event: skipped`: events that a slow or late reader has missed for good. */
export const liveSkippedSchema = z.object({ count: count.nullable().describe('Null: nobody knows how many') });
