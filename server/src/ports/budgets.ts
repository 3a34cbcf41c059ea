import type { Budget } from '../kernel/budget.ts';
import type { BudgetPeriod, BudgetUse } from './shared-state.ts';

/** A budget that holds for a call, in the period the call arrived in. */
export interface BudgetInForce {
  readonly budget: Budget;
  readonly period: BudgetPeriod;
  /** Epoch milliseconds; 0 for budgets without an end. */
  readonly startsAt: number;
  /** Nano-USD that the ledger has of it, where none of the ledger's scopes says it; absent: key, user or project do. */
  readonly spent?: () => Promise<number>;
}

/** Model calls or tokens that a run or one of its steps may use. They are counted as money is: where money has nano-USD, their number stands. */
export interface Allowance extends BudgetInForce {
  readonly unit: CountedUnit;
  /** In messages: `The run's budget`. */
  readonly what: string;
}

export type CountedUnit = 'calls' | 'tokens';
export type Counts = { readonly [Unit in CountedUnit]: number };

/** What a call has reserved in its budgets. */
export interface BudgetHold {
  /** Replaced when one of them was raised. */
  inForce: readonly BudgetInForce[];
  periods: readonly BudgetPeriod[];
  /** The dearest worst case that a person approved for the call; 0: none was asked for. */
  approvedNano: number;
  /** Nano-USD: the running attempt's worst case and what the attempts before it cost. */
  heldNano: number;
}

/** A call whose worst case is dearer than a budget lets pass unseen. */
export interface DearCall {
  readonly projectId: string;
  readonly keyId: string;
  readonly userId: string | undefined;
  readonly model: string;
  /** What was asked, to recognise it when it is sent again. */
  readonly body: Buffer | undefined;
  readonly worstCaseNano: number;
  readonly inForce: BudgetInForce;
}

/** Where dear calls are approved; without one they are refused with nothing to approve. */
export interface ApprovalGate {
  /** `approved` when this caller may make the call, this once; otherwise the id of the request about it. */
  check(
    call: DearCall,
  ): Promise<
    | { readonly approved: true }
    | { readonly approved: false; readonly approvalId: string; readonly isRejected: boolean }
  >;
}

/** Where more is asked for when a budget that pauses is used up. */
export interface BudgetPauses {
  /** `raised` when the limit is higher now than the one that refused; otherwise the id of the request for more. */
  ask(
    inForce: BudgetInForce,
    use: BudgetUse,
  ): Promise<
    { readonly raised: true } | { readonly raised: false; readonly approvalId: string; readonly isRejected: boolean }
  >;
}
