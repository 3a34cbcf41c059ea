import type { Call, Outcome } from '../ports/call.ts';
import { type RecordUsageServices, recordUsage } from './stages/record-usage.ts';
import { type ReserveBudgetServices, reserveBudget } from './stages/reserve-budget.ts';

/** Settles a call that ran at a provider without passing here; rejects when its record could not be kept. */
export type SettleElsewhere = (call: Call, outcome: Outcome) => Promise<void>;

/** The record of a call with the attempts it brings along, and its cost in the budgets that hold for it now. */
export function settleElsewhere(of: {
  readonly recordUsage: RecordUsageServices;
  readonly reserveBudget: ReserveBudgetServices;
}): SettleElsewhere {
  const stages = [recordUsage(of.recordUsage), reserveBudget(of.reserveBudget)];
  return async (call, outcome) => {
    for (const stage of stages) await stage.settle?.(call, outcome);
  };
}
