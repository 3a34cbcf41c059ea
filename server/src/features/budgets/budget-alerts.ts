import type { Budget } from '../../kernel/budget.ts';
import { formatUsd, usdFromNano } from '../../kernel/money.ts';
import { isoSeconds } from '../../kernel/time.ts';
import type { AlertSink } from '../../ports/alerts.ts';
import type { BudgetInForce } from '../../ports/budgets.ts';

/** Shares of a budget that settled money has reached. */
export function sharesReached({ alertAt, limitNano }: Budget, settledNano: number): number[] {
  return alertAt.filter((share) => settledNano >= share * limitNano);
}

/**
 * Tells of every share that the growth from one amount to the other passed. Amounts grow by atomic steps that do not overlap,
 * so over all replicas each share is passed by exactly one of them, once per period.
 */
export function tellShares(
  { budget, period, startsAt }: BudgetInForce,
  of: { beforeNano: number; afterNano: number; nowMs: number },
  sink: AlertSink,
): number {
  const already = sharesReached(budget, of.beforeNano);
  const passed = sharesReached(budget, of.afterNano).filter((share) => !already.includes(share));
  for (const share of passed) {
    sink.send({
      kind: 'budget',
      onceKey: `${period.name}:${share}`,
      projectId: budget.projectId,
      atMs: of.nowMs,
      message: `The ${budget.scope} has spent ${formatUsd(of.afterNano)} of ${formatUsd(budget.limitNano)} USD per ${budget.period}, ${Math.round(share * 100)}% of it.`,
      details: {
        scope: budget.scope,
        id: budget.id,
        period: budget.period,
        share,
        limit_usd: usdFromNano(budget.limitNano),
        settled_usd: usdFromNano(of.afterNano),
        on_exceed: budget.onExceed,
        period_starts_at: isoSeconds(startsAt),
        resets_at: Number.isFinite(period.endsAt) ? isoSeconds(period.endsAt) : null,
      },
    });
  }
  return passed.length;
}
