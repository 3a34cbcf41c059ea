import { z } from 'zod';

const count = z.number().int().nonnegative();

/** What the reply cache did for a project since this process started. */
export const cacheStatsSchema = z.object({
  backend: z.enum(['memory', 'redis']),
  up: z.boolean().describe('false: Redis does not answer and is left alone; calls go on without the cache'),
  hits: count.describe('Calls answered with the reply to the same request, coalesced ones included'),
  semantic_hits: count.describe('Calls answered with the reply to a request that means the same'),
  misses: count.describe('Calls that looked, found nothing and went to a provider'),
  coalesced: count.describe('Hits that waited for an identical call instead of making one'),
  stored: count,
  hit_rate: z.number().min(0).max(1).describe('Hits of both kinds by all lookups; 0 without any'),
  saved_usd: z.number().nonnegative(),
  failures: count.describe('Of the backend, for all projects'),
  entries: count.nullable().describe('Replies of all projects; null: not counted, or not yours to see'),
  bytes: count.nullable(),
});
export type CacheStats = z.infer<typeof cacheStatsSchema>;

export const cachePurgeSchema = z.object({ purged: count.describe('Replies that are gone') });
