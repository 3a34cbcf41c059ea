import type { Config } from '../../config/schema.ts';
import type { ProjectCache } from '../../config/sections/cache.ts';
import { type KeySurroundings, keyParts, requestKey } from '../../features/cache/request-key.ts';
import { SemanticSearch, splitRequest } from '../../features/cache/semantic-cache.ts';
import type { TargetBook } from '../../gateway/routing/targets.ts';
import type { CachePlan, SemanticPlan } from '../../gateway/stages/cache.ts';
import { invalidRequest, isWeirError } from '../../kernel/errors.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { Call, Outcome } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProjectPolicies } from '../../ports/project-policy.ts';
import type { ReplyCache, ReplyKey } from '../../ports/reply-cache.ts';
import type { SemanticIndex } from '../../ports/semantic-index.ts';
import { embedFor } from './embedder.ts';

export const CACHE_SECTION = 'cache';

export interface PlanParts {
  readonly config: () => Config;
  readonly book: () => TargetBook;
  /** What projects decided for themselves. */
  readonly projects: Pick<ProjectPolicies, 'section'>;
  /** Versions of the prompt and of every policy that decides what this call may get. */
  readonly policies: (call: Call) => string;
  readonly replies: ReplyCache;
  readonly index: SemanticIndex;
  readonly clock: Clock;
  readonly run: (call: Call) => Promise<Outcome>;
}

/** What a call wants of the cache: nothing is computed for calls that want nothing. */
export function planCache(call: Call, parts: PlanParts): CachePlan | undefined {
  const mode = wantedMode(call, parts);
  if (mode === undefined) return undefined;
  const surroundings = surroundingsOf(call, parts);
  const key = surroundings === undefined ? undefined : requestKey(call, surroundings);
  if (surroundings === undefined || key === undefined) return undefined;
  const { exact } = parts.config().cache;
  const ttlMs = (ownSettings(call, parts)?.ttl_s ?? exact.ttl_s) * SECOND_MS;
  return {
    key,
    mode,
    ttlMs,
    maxReplyBytes: exact.max_reply_bytes,
    semantic: semanticPlan(call, { key, ttlMs, surroundings, parts }),
  };
}

function ownSettings({ caller }: Call, { projects }: PlanParts): ProjectCache | undefined {
  return projects.section(caller.projectId, CACHE_SECTION) as ProjectCache | undefined;
}

/** The request says it first, then its key, its route, its project, its API, the configuration. */
function wantedMode(call: Call, parts: PlanParts): CachePlan['mode'] | undefined {
  switch (call.cacheAsked) {
    case 'use':
    case 'refresh':
      return call.cacheAsked;
    case 'bypass':
      return undefined;
    case undefined:
      break;
    default:
      throw invalidRequest('x-weir-cache', 'expected use, refresh or bypass');
  }
  const { exact } = parts.config().cache;
  const route = call.models.length === 0 ? undefined : parts.book().route(call.models[0] as string);
  const project = ownSettings(call, parts)?.enabled;
  const isOn = call.caller.cache ?? route?.cache ?? project ?? (call.wire === 'llm' ? exact.llm : exact.enabled);
  return isOn ? 'use' : undefined;
}

/** Undefined when the model leads nowhere: whoever chooses the target says so. */
function surroundingsOf(call: Call, { book, policies }: PlanParts): KeySurroundings | undefined {
  const names: string[] = [];
  try {
    for (const model of call.models) {
      for (const { provider, model: name } of book().resolve(model, ANY).candidates) {
        names.push(`${provider.name}/${name}@${provider.baseUrl}`);
      }
    }
  } catch (thrown) {
    if (isWeirError(thrown)) return undefined;
    throw thrown;
  }
  return { targets: names.sort().join(' '), policies: policies(call) };
}

/** All targets of a route are asked for; their order does not matter. */
const ANY = { random: () => 0, latencyMs: () => undefined, price: () => undefined, sessionPoint: undefined } as const;

function semanticPlan(
  call: Call,
  of: { key: ReplyKey; ttlMs: number; surroundings: KeySurroundings; parts: PlanParts },
): SemanticPlan | undefined {
  const { parts, key, ttlMs } = of;
  const { semantic } = parts.config().cache;
  const own = ownSettings(call, parts)?.semantic;
  if (!(own?.enabled ?? semantic.enabled) || call.payload.kind !== 'chat') return undefined;
  const { request } = call.payload;
  let search: SemanticSearch | undefined;
  return {
    async find() {
      const split = splitRequest([...keyParts(call, of.surroundings), semantic.model], request.chat());
      if (split === undefined) return undefined;
      search = new SemanticSearch(split, {
        key,
        ttlMs,
        threshold: own?.threshold ?? semantic.threshold,
        index: parts.index,
        replies: parts.replies,
        embed: embedFor(call, {
          model: semantic.model,
          timeoutMs: semantic.timeout_ms,
          clock: parts.clock,
          run: parts.run,
        }),
      });
      return search.find();
    },
    keep: () => search?.keep(),
  };
}
