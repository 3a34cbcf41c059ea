import type { Budget } from '../../kernel/budget.ts';
import type { BudgetInForce } from '../../ports/budgets.ts';
import type { BudgetCounters, BudgetUse } from '../../ports/shared-state.ts';
import { sharesReached } from './budget-alerts.ts';
import type { BudgetBook } from './budget-book.ts';
import type { BudgetRefusals, LastRefusal } from './budget-refusals.ts';

/** A budget and how it stands, for people. */
export interface BudgetView {
  readonly budget: Budget;
  /** Undefined for a budget of each of many, and where the counters do not answer. */
  readonly use: BudgetUse | undefined;
  readonly startsAt: number | undefined;
  readonly endsAt: number | undefined;
  readonly alertsFired: readonly number[];
  readonly lastRefusal: (LastRefusal & { readonly count: number }) | undefined;
}

export interface BudgetViewServices {
  readonly book: BudgetBook;
  readonly counters: BudgetCounters;
  readonly restore: (inForce: BudgetInForce) => Promise<void>;
  readonly refusals: BudgetRefusals;
  readonly nowMs: () => number;
}

/** How a budget stands; one for each of many stands only for an id. */
export async function viewBudget(
  budget: Budget,
  id: string | undefined,
  services: BudgetViewServices,
): Promise<BudgetView> {
  const whose = budget.id === '*' ? id : budget.id;
  if (whose === undefined) {
    return { budget, use: undefined, startsAt: undefined, endsAt: undefined, alertsFired: [], lastRefusal: undefined };
  }
  const inForce = services.book.periodOf(budget, whose, services.nowMs());
  const use = await readUse(inForce, services);
  return {
    budget: inForce.budget,
    use,
    startsAt: inForce.startsAt,
    endsAt: inForce.period.endsAt,
    alertsFired: use === undefined ? [] : sharesReached(budget, use.settledNano),
    lastRefusal: services.refusals.last(inForce),
  };
}

async function readUse(inForce: BudgetInForce, services: BudgetViewServices): Promise<BudgetUse | undefined> {
  const known = await services.counters.read(inForce.period);
  if (known !== undefined) return known;
  await services.restore(inForce).catch(() => undefined);
  return services.counters.read(inForce.period);
}
