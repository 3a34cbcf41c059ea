import type { LimitName } from '../../kernel/limits.ts';
import type { LimitCounters, LimitScope, LimitScopeName } from '../../ports/shared-state.ts';

/** One limit and how far it is used, for people. */
export interface LimitView {
  readonly scope: LimitScopeName;
  readonly id: string;
  /** Two views of one counter are the same limit. */
  readonly counter: string;
  readonly name: LimitName;
  /** The client API it is held on; null: all. */
  readonly api: string | null;
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Milliseconds until all of it is free; undefined: nothing to wait for. */
  readonly resetMs: number | undefined;
  readonly shadow: boolean;
}

/** Every limit of these scopes, those of single requests too. */
export async function viewLimits(scopes: readonly LimitScope[], counters: LimitCounters): Promise<LimitView[]> {
  const uses = await counters.read(scopes);
  const counted = uses.map(
    (use): LimitView => ({
      ...common(use.scope),
      name: use.name,
      limit: use.limit,
      used: use.used,
      remaining: use.remaining,
      resetMs: use.name === 'concurrency' ? undefined : use.resetMs,
    }),
  );
  const single = scopes.flatMap((scope): LimitView[] => {
    const limit = scope.limits.tokens_per_request;
    if (limit === undefined) return [];
    return [{ ...common(scope), name: 'tokens_per_request', limit, used: 0, remaining: limit, resetMs: undefined }];
  });
  return [...counted, ...single];
}

function common({ scope, id, counter, api, shadow }: LimitScope) {
  return { scope, id, counter, api, shadow };
}

/** Of the limits with one name the one that is nearest to being used up; undefined: there is none. */
export function tightest(views: readonly LimitView[], name: LimitName): LimitView | undefined {
  const named = views.filter((view) => view.name === name);
  return named.reduce<LimitView | undefined>(
    (least, view) => (least === undefined || view.remaining < least.remaining ? view : least),
    undefined,
  );
}
