import type { BudgetFact, Facts, Statement } from '../facts.ts';
import { percent, shortName, timeLeft } from '../wording.ts';

export const NEARLY = 0.9;

/** Nine tenths are used, and more of its time is left than of its money. */
export function budgetsNearlyGone({ budgets, nowMs }: Facts): Statement[] {
  return budgets.flatMap((fact) => {
    const used = fact.limitNano === 0 ? 1 : fact.usedNano / fact.limitNano;
    const leftMs = fact.endsAt - nowMs;
    const timeShare = leftMs === Number.POSITIVE_INFINITY ? 1 : leftMs / (fact.endsAt - fact.startsAt);
    if (used < NEARLY || used + timeShare <= 1) return [];
    return [
      {
        cause: 'budget_nearly_gone',
        object: `${fact.budget.scope} ${fact.name}`,
        severity: used >= 1 ? 'critical' : 'warning',
        sentence: sentenceOf(fact, { used, leftMs }),
        href: '/spend',
      },
    ];
  });
}

function sentenceOf({ budget, name }: BudgetFact, { used, leftMs }: { used: number; leftMs: number }): string {
  const whose = `Budget of ${budget.scope.replace('_', ' ')} ${shortName(name)}`;
  const time = leftMs === Number.POSITIVE_INFINITY ? '' : ` for ${timeLeft(leftMs)}`;
  return used >= 1 ? `${whose} is used up${time}.` : `${whose}: ${percent(1 - used)} left${time}.`;
}
