import type { Config } from '../../config/schema.ts';
import { randomHex } from '../../kernel/ids.ts';
import { DAY_MS, startOfDay } from '../../kernel/time.ts';
import type { Clock } from '../../ports/clock.ts';
import { onlyReplica, type ReplicaRoll } from '../../ports/replica-roll.ts';
import type { LimitScope, SharedState } from '../../ports/shared-state.ts';
import { MemoryOwnLimits } from '../../shared-state/memory/own-limits.ts';
import { type MemorySharedState, memorySharedState } from '../../shared-state/memory/shared-state.ts';
import type { Stores } from '../stores.ts';

export interface SharedStateParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly stores: Stores;
  /** The servers that share the database; absent: this one alone. */
  readonly roll?: ReplicaRoll;
  /** Told when Redis goes away and when it is back. */
  readonly report: (state: 'up' | 'down') => void;
}

/** Where counters are kept: in Redis when there is one, else in this process. */
export async function openSharedState(parts: SharedStateParts): Promise<SharedState> {
  const { config, clock, stores, report, roll = onlyReplica(randomHex(6)) } = parts;
  if (config.redis.url === undefined) return embedded(clock, stores);
  // Its driver is loaded only by those who use it.
  const { redisSharedState } = await import('../../shared-state/redis/shared-state.ts');
  return redisSharedState({
    url: config.redis.url,
    clock,
    roll,
    report,
    own: new MemoryOwnLimits({ clock, share: () => 1 / roll.count() }),
    async flushLedger() {
      // Reading ships first what is written.
      await stores.ledger.settledAmong([]);
    },
  });
}

function embedded(clock: Clock, stores: Stores): SharedState {
  const startedAt = clock.now();
  const state: MemorySharedState = memorySharedState({
    clock,
    onNewDay(scope) {
      // Calls of today that an earlier process counted; nobody has to wait for them.
      void usedBefore(scope, startedAt, stores).then(
        (used) => {
          if (used.requests > 0 && clock.now() < startOfDay(startedAt) + DAY_MS) state.limits.addToDay(scope, used);
        },
        () => undefined,
      );
    },
  });
  return state;
}

/** What the ledger has of the day before this process started. */
async function usedBefore(
  scope: LimitScope,
  startedAt: number,
  { ledger }: Stores,
): Promise<{ requests: number; tokens: number }> {
  const fromMs = startOfDay(startedAt);
  const isUser = scope.scope === 'user' || scope.scope === 'tier';
  if (scope.scope === 'model' || fromMs >= startedAt) return { requests: 0, tokens: 0 };
  const rows = await ledger.report({
    projectId: scope.projectId,
    ...(isUser ? { userId: userOf(scope) } : {}),
    ...(scope.scope === 'key' ? { keyId: scope.id } : {}),
    ...(scope.api === null ? {} : { wires: [scope.api] }),
    fromMs,
    toMs: startedAt,
    groupBy: [],
  });
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
  return { requests: sum(({ succeeded }) => succeeded), tokens: sum((row) => row.inputTokens + row.outputTokens) };
}

/** The label stands last in the counter's name. */
function userOf({ scope, id, counter }: LimitScope): string {
  return scope === 'tier' ? counter.slice(`tier:${id}:`.length) : id;
}
