import type { CacheStats } from '@weir/contract';
import type { Config } from '../../config/schema.ts';
import { CacheCounters } from '../../features/cache/cache-counters.ts';
import { cacheStats } from '../../features/cache/cache-stats.ts';
import { Flights } from '../../gateway/caching/flights.ts';
import type { TargetBook } from '../../gateway/routing/targets.ts';
import type { CacheServices } from '../../gateway/stages/cache.ts';
import type { Call, Outcome } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProjectPolicies } from '../../ports/project-policy.ts';
import type { ReplyCache } from '../../ports/reply-cache.ts';
import type { SemanticIndex } from '../../ports/semantic-index.ts';
import { renderCachedReply } from '../../protocols/cached-reply.ts';
import { MemoryReplyCache } from '../../shared-state/memory/reply-cache.ts';
import { MemorySemanticIndex } from '../../shared-state/memory/semantic-index.ts';
import type { CacheReading } from '../../telemetry/metrics.ts';
import { planCache } from './plan.ts';
import { PolicyVersions } from './policies.ts';

export interface CachingParts {
  /** What projects decided for themselves, about the cache and about what their replies may be. */
  readonly projects: Pick<ProjectPolicies, 'section' | 'version'>;
  readonly config: () => Config;
  readonly clock: Clock;
  readonly book: () => TargetBook;
  readonly run: (call: Call) => Promise<Outcome>;
  /** The connection to Redis went or came back. */
  readonly report: (state: 'up' | 'down') => void;
  /** Where events are counted; absent: here. */
  readonly count?: CacheServices['count'] | undefined;
}

export interface Caching {
  /** For the stage. */
  readonly services: CacheServices;
  readonly replies: ReplyCache;
  readonly index: SemanticIndex;
  readonly counters: CacheCounters;
  stats(projectId: string | undefined): CacheStats;
  purge(projectId: string): Promise<number>;
  /** For the metrics. */
  reading(): CacheReading;
  close(): Promise<void>;
}

/** The caches of replies: in Redis when there is one, in this process otherwise. */
export async function composeCaching(parts: CachingParts, given?: CacheBackends): Promise<Caching> {
  return cachingOn(given ?? (await backends(parts)), parts);
}

export function cachingOn({ replies, index }: CacheBackends, parts: CachingParts): Caching {
  const { clock } = parts;
  const counters = new CacheCounters();
  const versions = new PolicyVersions();
  const plan = {
    ...parts,
    replies,
    index,
    policies: ({ caller, usedPrompt }: Call) =>
      `${versions.of(parts.config())} ${parts.projects.version(caller.projectId)} ${usedPrompt === undefined ? '' : `${usedPrompt.name}@${usedPrompt.version}`}`,
  };
  return {
    services: {
      plan: (call) => planCache(call, plan),
      replies,
      render: renderCachedReply,
      flights: new Flights(),
      clock,
      count:
        parts.count ??
        ((event, { caller, savedNanoUsd }) => counters.count(event, { projectId: caller.projectId, savedNanoUsd })),
    },
    replies,
    index,
    counters,
    stats: (projectId) => cacheStats(counters.of(projectId), replies.state(), projectId === undefined),
    async purge(projectId) {
      await index.purge(projectId);
      return replies.purge(projectId);
    },
    reading() {
      const { coalesced, stored } = counters.total;
      const { isUp, failures, entries = 0, bytes = 0 } = replies.state();
      return { coalesced, stored, isUp, failures, entries, bytes };
    },
    close: () => replies.close(),
  };
}

export interface CacheBackends {
  readonly replies: ReplyCache;
  readonly index: SemanticIndex;
}

async function backends({ config, clock, report }: CachingParts): Promise<CacheBackends> {
  const { cache, redis } = config();
  if (redis.url === undefined) {
    return {
      replies: new MemoryReplyCache({ maxBytes: cache.exact.max_bytes, clock }),
      index: new MemorySemanticIndex({ maxEntries: cache.semantic.max_entries, clock }),
    };
  }
  // Loaded only where there is a Redis.
  const [{ connectRedis }, { RedisReplyCache }, { RedisSemanticIndex }] = await Promise.all([
    import('./redis.ts'),
    import('../../shared-state/redis/reply-cache.ts'),
    import('../../shared-state/redis/semantic-index.ts'),
  ]);
  const connection = connectRedis(redis.url, { commandTimeoutMs: cache.exact.redis_timeout_ms, report });
  return {
    replies: new RedisReplyCache({ redis: connection, clock }),
    index: new RedisSemanticIndex({ redis: connection, clock }),
  };
}
