import { z } from 'zod';

/** A target as the calls of this process found it: a provider, a model and a credential. */
export const targetSchema = z.object({
  provider: z.string(),
  model: z.string(),
  credential: z.string().describe('The id of the credential'),
  breaker: z.enum(['closed', 'open', 'half-open']).describe('closed: calls go there; half-open: one call tries it'),
  response_time_ms: z.number().nullable().describe('Smoothed over its answers; null before the first'),
  last_error: z.string().nullable().describe('Error code of its last try; null when that was answered'),
});
export type TargetObject = z.infer<typeof targetSchema>;
