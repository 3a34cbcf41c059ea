import { WeirError } from '../kernel/errors.ts';
import { formatUsd, usdFromNano } from '../kernel/money.ts';
import { isoSeconds, SECOND_MS } from '../kernel/time.ts';
import type { BudgetInForce } from '../ports/budgets.ts';
import type { BudgetUse } from '../ports/shared-state.ts';

/** The call does not fit what is left: names the budget, what is spent and reserved, and when it starts anew. */
export function budgetExceeded(
  { budget, period }: BudgetInForce,
  of: BudgetUse & { wantedNano: number; nowMs: number },
): WeirError {
  const { settledNano, reservedNano, wantedNano } = of;
  const ends = Number.isFinite(period.endsAt);
  const when = ends ? `It starts anew at ${isoSeconds(period.endsAt)}.` : 'It does not start anew.';
  const pause =
    budget.onExceed === 'pause'
      ? ' on_exceed is "pause": approvals are not part of this version, so the call is refused as with "stop".'
      : '';
  return new WeirError('limit.budget', {
    message: `The ${budget.scope}'s budget of ${formatUsd(budget.limitNano)} USD per ${budget.period} has ${formatUsd(Math.max(0, budget.limitNano - settledNano - reservedNano))} USD left; this call may cost ${formatUsd(wantedNano)} USD. ${when}${pause}`,
    details: {
      scope: budget.scope,
      limit: usdFromNano(budget.limitNano),
      used: usdFromNano(settledNano),
      reserved_usd: usdFromNano(reservedNano),
      wanted_usd: usdFromNano(wantedNano),
      period: budget.period,
      on_exceed: budget.onExceed,
      resets_at: ends ? isoSeconds(period.endsAt) : null,
      retry_after_s: ends ? Math.max(0, Math.ceil((period.endsAt - of.nowMs) / SECOND_MS)) : null,
    },
  });
}

export function approvalRequired(
  { budget }: BudgetInForce,
  of: { wantedNano: number; approvalId: string | null },
): WeirError {
  const above = budget.approveAboveNano ?? 0;
  const how =
    of.approvalId === null
      ? 'Approvals are not part of this version: make the call smaller, or raise approve_above_usd.'
      : `Approve ${of.approvalId}, then send the call again.`;
  return new WeirError('approval.required', {
    message: `The call may cost ${formatUsd(of.wantedNano)} USD, and the ${budget.scope}'s budget asks for an approval above ${formatUsd(above)} USD. ${how}`,
    details: {
      scope: budget.scope,
      limit: usdFromNano(above),
      used: usdFromNano(of.wantedNano),
      approval_id: of.approvalId,
      retry_after_s: null,
    },
  });
}
