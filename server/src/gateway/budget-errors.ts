import { WeirError } from '../kernel/errors.ts';
import { formatUsd, usdFromNano } from '../kernel/money.ts';
import { isoSeconds, SECOND_MS } from '../kernel/time.ts';
import type { Allowance, BudgetInForce } from '../ports/budgets.ts';
import type { BudgetUse } from '../ports/shared-state.ts';

/** The call does not fit what is left: names the budget, what is spent and reserved, and when it starts anew. */
export function budgetExceeded(
  { budget, period, spent }: BudgetInForce,
  of: BudgetUse & { wantedNano: number; nowMs: number; asked: AskedPerson | undefined },
): WeirError {
  const { settledNano, reservedNano, wantedNano } = of;
  const ends = Number.isFinite(period.endsAt);
  const when = ends ? `It starts anew at ${isoSeconds(period.endsAt)}.` : 'It does not start anew.';
  const pause = of.asked === undefined ? '' : ` ${howToGoOn(of.asked, 'for a higher limit')}`;
  return new WeirError('limit.budget', {
    message: `The ${budget.scope}'s budget of ${formatUsd(budget.limitNano)} USD per ${budget.period} has ${formatUsd(Math.max(0, budget.limitNano - settledNano - reservedNano))} USD left; this call may cost ${formatUsd(wantedNano)} USD. ${when}${pause}`,
    details: {
      scope: budget.scope,
      // Which run's, or step's: there may be several above each other.
      ...(spent === undefined ? {} : { id: budget.id }),
      limit: usdFromNano(budget.limitNano),
      used: usdFromNano(settledNano),
      reserved_usd: usdFromNano(reservedNano),
      wanted_usd: usdFromNano(wantedNano),
      period: budget.period,
      on_exceed: budget.onExceed,
      ...(budget.onExceed === 'pause' ? { approval_id: of.asked?.approvalId ?? null } : {}),
      resets_at: ends ? isoSeconds(period.endsAt) : null,
      retry_after_s: ends ? Math.max(0, Math.ceil((period.endsAt - of.nowMs) / SECOND_MS)) : null,
    },
  });
}

/** The calls or tokens of a run are used up, as far as this call may need them. */
export function countsExceeded({ budget, unit, what }: Allowance, of: BudgetUse & { wanted: number }): WeirError {
  const { limitNano: limit, scope, id, onExceed } = budget;
  const used = of.settledNano + of.reservedNano;
  const left = Math.max(0, limit - used);
  const over =
    unit === 'calls'
      ? `${limit} model calls has ${left} left`
      : `${limit} tokens has ${left} left, and the call may use ${of.wanted}`;
  return new WeirError('limit.budget', {
    message: `${what} of ${over}.`,
    details: { scope, id, unit, limit, used, wanted: of.wanted, on_exceed: onExceed },
  });
}

export function countersAway(): WeirError {
  return new WeirError('store.unavailable', {
    message:
      'What is left of the budget is not known just now: its counters are being restored. Calls with a budget wait; budgets.when_unavailable decides that.',
    retryAfterMs: SECOND_MS,
    // The client may try again; here a call would only wait for what others wait for too.
    retryable: false,
  });
}

/** The request in the inbox about what was refused. */
export interface AskedPerson {
  readonly approvalId: string;
  readonly isRejected: boolean;
}

export function approvalRequired(
  { budget }: BudgetInForce,
  of: { wantedNano: number; asked: AskedPerson | undefined },
): WeirError {
  const above = budget.approveAboveNano ?? 0;
  const how =
    of.asked === undefined
      ? 'It waits for a person, is made smaller, or approve_above_usd is raised.'
      : howToGoOn(of.asked, 'for this call');
  return new WeirError('approval.required', {
    message: `The call may cost ${formatUsd(of.wantedNano)} USD, and the ${budget.scope}'s budget asks for an approval above ${formatUsd(above)} USD. ${how}`,
    details: {
      scope: budget.scope,
      limit: usdFromNano(above),
      used: usdFromNano(of.wantedNano),
      approval_id: of.asked?.approvalId ?? null,
      retry_after_s: null,
    },
  });
}

function howToGoOn({ approvalId, isRejected }: AskedPerson, what: string): string {
  return isRejected
    ? `The request ${what} (${approvalId}) was rejected.`
    : `A request ${what} is in the inbox: approve ${approvalId}, then send the call again.`;
}
