import type { UsageRecord } from './usage-record.ts';

/** How many model calls and tokens a recorded call counts as: one that never left, or that the cache answered, counts nothing. */
export function countsOf({ attempts, tokens_used }: Pick<UsageRecord, 'attempts' | 'tokens_used'>): {
  calls: number;
  tokens: number;
} {
  return attempts.length === 0 ? { calls: 0, tokens: 0 } : { calls: 1, tokens: tokens_used };
}
