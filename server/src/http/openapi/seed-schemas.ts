import { z } from 'zod';
import type { WireSchema } from './wire-schemas.ts';

const count = z.number().int();
const warnings = z.array(z.object({ type: z.string(), count })).optional();

/** The sampling API answers `{success, data, timestamp}`. */
function enveloped(data: z.ZodType): WireSchema {
  return { reply: z.object({ success: z.literal(true), data, timestamp: z.string() }) };
}

const provider = z.object({
  type: z.string(),
  models: z.array(z.string()),
  available: z.boolean().describe('A credential is present and its breaker is not open'),
});

const llmReply = z.object({
  content: z.string(),
  model: z.string(),
  provider: z.string(),
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  tokens_used: count.describe('The total'),
  cost_usd: z.number(),
  cached: z.boolean(),
  response_time_ms: z.number(),
  finish_reason: z.string(),
  timestamp: z.string(),
  request_id: z.string(),
  conversation_id: z.string().optional(),
});

const limit = z.object({
  limit: z.number().nullable(),
  remaining: z.number().nullable(),
  reset_at: z.string().describe('ISO 8601'),
});

/** What the sampling, LLM and inference APIs answer, by method and path. */
export const SEED_SCHEMAS: Readonly<Record<string, WireSchema>> = {
  'POST /api/sampling/request': enveloped(
    z.object({
      content: z.string(),
      model: z.string().describe('As the provider reported it'),
      usage: z.object({ inputTokens: count, outputTokens: count, totalTokens: count }),
      finishReason: z.enum(['stop', 'length', 'tool_calls', 'content_filter']),
      provider: z.string(),
      warnings,
    }),
  ),
  'GET /api/sampling/providers': enveloped(z.object({ providers: z.array(provider), count })),
  'GET /api/sampling/usage': enveloped(
    z.object({
      userId: z.string(),
      dailyTokens: count,
      requestCount: count,
      remainingTokens: count,
      resetAt: z.string(),
      limits: z.object({ maxTokensPerDay: count.nullable(), maxTokensPerRequest: count.nullable() }),
    }),
  ),
  'POST /api/sampling/providers/:provider/configure': enveloped(provider),
  'GET /api/sampling/info': enveloped(
    z.looseObject({ service: z.string(), version: z.string(), providers: z.array(z.string()) }),
  ),
  'POST /api/v1/llm/completion': { reply: llmReply },
  'POST /api/v1/llm/chat': { reply: llmReply },
  'GET /api/v1/llm/usage/:user_id': {
    reply: z.object({
      user_id: z.string(),
      requests_today: count,
      tokens_today: count,
      cost_usd_today: z.number(),
      by_model: z.record(z.string(), z.object({ requests: count, tokens: count, cost_usd: z.number() })),
      limits: z.object({ requests_per_minute: limit, requests_per_day: limit, tokens_per_day: limit }),
    }),
  },
  'POST /api/v1/inference': {
    reply: z.object({
      output: z.unknown(),
      provider: z.string(),
      model: z.string(),
      tokens: count,
      duration: z.number().describe('Seconds'),
      inference_id: z.string().describe('The request id'),
    }),
  },
};
