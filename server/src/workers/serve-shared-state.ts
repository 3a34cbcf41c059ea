import type {
  BudgetCounters,
  BudgetPeriod,
  BudgetSettlement,
  BudgetVerdict,
  CallTokens,
  LimitGrant,
  LimitReading,
  LimitRefusal,
  LimitScope,
  LimitUse,
  LimitVerdict,
  SharedState,
} from '../ports/shared-state.ts';

/** `at`: place in the list of scopes that were asked about. */
type PlacedRefusal = Omit<LimitRefusal, 'scope' | 'granted'> & { readonly at: number };

export type ServedVerdict =
  | {
      readonly granted: true;
      /** Names the grant until it is settled. */
      readonly slot: number;
      readonly requests: LimitReading | undefined;
      readonly tokensLeft: LimitReading | undefined;
      readonly shadowed: PlacedRefusal | undefined;
    }
  | { readonly granted: false; readonly refusal: PlacedRefusal };

export interface ServedLimits {
  reserve(scopes: readonly LimitScope[], tokens: CallTokens): ServedVerdict | Promise<ServedVerdict>;
  settle(slot: number, tokens: number): void;
  read(scopes: readonly LimitScope[]): Promise<readonly (Omit<LimitUse, 'scope'> & { readonly at: number })[]>;
}

export interface ServedSharedState {
  readonly limits: ServedLimits;
  readonly budgets: BudgetCounters;
  /** The thread has died: its running calls run no more, and what they held of budgets counts as spent. */
  release(): void;
}

/** This thread's counters for one other thread, with what that thread holds of them. */
export function serveSharedState({ limits, budgets }: SharedState): ServedSharedState {
  const grants = new Grants();
  const holds = new Holds();
  let isReleased = false;
  const served = (verdict: LimitVerdict, scopes: readonly LimitScope[]): ServedVerdict => {
    if (!verdict.granted) return { granted: false, refusal: placed(verdict, scopes) };
    const { requests, tokensLeft, shadowed } = verdict;
    const slot = grants.put(verdict);
    return {
      granted: true,
      slot,
      requests,
      tokensLeft,
      shadowed: shadowed === undefined ? undefined : placed(shadowed, scopes),
    };
  };
  return {
    limits: {
      reserve(scopes, tokens) {
        const verdict = limits.reserve(scopes, tokens);
        if (!(verdict instanceof Promise)) return served(verdict, scopes);
        return verdict.then((given) => {
          // Decided after the asker died.
          if (isReleased && given.granted) limits.settle(given, 0);
          return served(given, scopes);
        });
      },
      settle(slot, tokens) {
        const grant = grants.take(slot);
        if (grant !== undefined) limits.settle(grant, tokens);
      },
      async read(scopes) {
        const uses = await limits.read(scopes);
        return uses.map(({ scope, ...use }) => ({ ...use, at: scopes.indexOf(scope) }));
      },
    },
    budgets: {
      reserve(periods, nano) {
        const verdict = budgets.reserve(periods, nano);
        const hold = (given: BudgetVerdict): BudgetVerdict => {
          if (given.kind !== 'reserved') return given;
          if (isReleased) budgets.adjust(periods, -nano);
          else holds.add(periods, nano);
          return given;
        };
        return verdict instanceof Promise ? verdict.then(hold) : hold(verdict);
      },
      adjust(periods, deltaNano) {
        holds.add(periods, deltaNano);
        budgets.adjust(periods, deltaNano);
      },
      settle(periods, of: BudgetSettlement) {
        holds.add(periods, -of.heldNano);
        return budgets.settle(periods, of);
      },
      read: (period) => budgets.read(period),
      unplaced: (period) => budgets.unplaced(period),
      restore: (period, of) => budgets.restore(period, of),
    },
    release() {
      isReleased = true;
      for (const grant of grants.all()) limits.settle(grant, grant.tokens);
      for (const { period, nano } of holds.all()) {
        void budgets.settle([period], { requestId: '', heldNano: nano, costNano: nano });
      }
    },
  };
}

function placed({ granted: _, scope, ...refusal }: LimitRefusal, scopes: readonly LimitScope[]): PlacedRefusal {
  return { ...refusal, at: scopes.indexOf(scope) };
}

/** Grants of calls that run, by slots that are used again. */
class Grants {
  readonly #slots: (LimitGrant | undefined)[] = [];
  readonly #free: number[] = [];

  put(grant: LimitGrant): number {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = grant;
    return slot;
  }

  take(slot: number): LimitGrant | undefined {
    const grant = this.#slots[slot];
    if (grant === undefined) return undefined;
    this.#slots[slot] = undefined;
    this.#free.push(slot);
    return grant;
  }

  all(): LimitGrant[] {
    return this.#slots.splice(0).filter((grant) => grant !== undefined);
  }
}

/** What the thread's calls hold in budgets, summed by period. */
class Holds {
  readonly #held = new Map<string, { period: BudgetPeriod; nano: number }>();

  add(periods: readonly BudgetPeriod[], nano: number): void {
    for (const period of periods) {
      const held = this.#held.get(period.name) ?? { period, nano: 0 };
      held.nano += nano;
      if (held.nano === 0) this.#held.delete(period.name);
      else this.#held.set(period.name, held);
    }
  }

  all(): { period: BudgetPeriod; nano: number }[] {
    const all = [...this.#held.values()];
    this.#held.clear();
    return all;
  }
}
