import type { BudgetInForce } from '../ports/budgets.ts';
import type { BudgetCounters, BudgetPeriod, BudgetVerdict } from '../ports/shared-state.ts';

export interface ReservingServices {
  readonly counters: BudgetCounters;
  /** Brings what the ledger knows into the counter. Rejects when the ledger cannot be read. */
  readonly restore: (inForce: BudgetInForce) => Promise<void>;
}

interface Reserved {
  readonly inForce: readonly BudgetInForce[];
  /** Theirs, in the same order. */
  readonly periods: readonly BudgetPeriod[];
}

/** Reserves in all of them or none. A counter that is not known is restored and asked again; the usual answer waits for nothing. */
export function reserveIn(
  of: Reserved,
  nano: number,
  services: ReservingServices,
): BudgetVerdict | Promise<BudgetVerdict> {
  const verdict = services.counters.reserve(of.periods, nano);
  if (!(verdict instanceof Promise) && verdict.kind !== 'unknown') return verdict;
  return reserveRestored(of, nano, { first: verdict, services });
}

async function reserveRestored(
  { inForce, periods }: Reserved,
  nano: number,
  of: { first: BudgetVerdict | Promise<BudgetVerdict>; services: ReservingServices },
): Promise<BudgetVerdict> {
  let verdict = await of.first;
  // Each turn makes one more of them known.
  for (let turn = 0; turn <= periods.length && verdict.kind === 'unknown'; turn++) {
    try {
      await of.services.restore(inForce[verdict.at] as BudgetInForce);
    } catch {
      // Nobody knows what was spent: the same as counters that do not answer.
      return { kind: 'unavailable' };
    }
    verdict = await of.services.counters.reserve(periods, nano);
  }
  return verdict;
}
