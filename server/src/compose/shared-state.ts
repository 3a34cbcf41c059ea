import { startOfDay } from '../kernel/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { LimitScope, SharedState } from '../ports/shared-state.ts';
import { type MemorySharedState, memorySharedState } from '../shared-state/memory/shared-state.ts';
import type { Stores } from './stores.ts';

/** Where counters are kept. */
export function openSharedState(of: { clock: Clock; stores: Stores }): SharedState {
  const { clock, stores } = of;
  const startedAt = clock.now();
  const state: MemorySharedState = memorySharedState({
    clock,
    onNewDay(scope) {
      // Calls of today that an earlier process counted; nobody has to wait for them.
      void usedBefore(scope, startedAt, stores).then(
        (used) => {
          if (used.requests > 0 && clock.now() < startOfDay(startedAt) + 86_400_000) state.limits.addToDay(scope, used);
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
