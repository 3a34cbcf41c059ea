import { z } from 'zod';

/** One limit that applies to a caller and how far it is used. */
export const limitUseSchema = z.object({
  scope: z.enum(['key', 'user', 'tier', 'project', 'model']),
  id: z.string(),
  name: z.enum([
    'requests_per_minute',
    'requests_per_day',
    'tokens_per_minute',
    'tokens_per_day',
    'tokens_per_request',
    'concurrency',
  ]),
  api: z.string().nullable().describe('The client API it holds for: sampling, llm; null: all'),
  limit: z.number(),
  used: z.number(),
  remaining: z.number(),
  reset_at: z.string().nullable().describe('ISO 8601, when all of it is free again; null: nothing to wait for'),
  shadow: z.boolean().describe('Reports without refusing'),
});
export type LimitUseObject = z.infer<typeof limitUseSchema>;
