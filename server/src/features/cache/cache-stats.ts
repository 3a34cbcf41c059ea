import type { CacheStats } from '@weir/contract';
import { NANO_PER_USD } from '../../kernel/money.ts';
import type { ReplyCacheState } from '../../ports/reply-cache.ts';
import type { CacheCounts } from './cache-counters.ts';

/** As the API shows it; how large the cache is tells about all projects, so only those who see all are told. */
export function cacheStats(counts: CacheCounts, state: ReplyCacheState, seesAll: boolean): CacheStats {
  const { hit, semantic, miss } = counts;
  const lookups = hit + semantic + miss;
  return {
    backend: state.backend,
    up: state.isUp,
    hits: hit,
    semantic_hits: semantic,
    misses: miss,
    coalesced: counts.coalesced,
    stored: counts.stored,
    hit_rate: lookups === 0 ? 0 : (hit + semantic) / lookups,
    saved_usd: counts.savedNanoUsd / NANO_PER_USD,
    failures: state.failures,
    entries: seesAll ? (state.entries ?? null) : null,
    bytes: seesAll ? (state.bytes ?? null) : null,
  };
}
