/** Before this share of its period is over, how a budget goes on is a guess. */
const LEAST_SHARE = 0.02;

/**
 * When a budget is used up if spending goes on as it did since the period began: epoch milliseconds, `lasts` when that is
 * after it is fresh again, `gone` when nothing is left.
 */
export function endOf(
  budget: {
    readonly usd: number;
    readonly used_usd: number;
    readonly period_starts_at: string | null;
    readonly resets_at: string | null;
  },
  nowMs: number,
): number | 'lasts' | 'gone' {
  const { usd, used_usd: used } = budget;
  if (used >= usd) return 'gone';
  if (budget.period_starts_at === null || budget.resets_at === null || used === 0) return 'lasts';
  const startMs = Date.parse(budget.period_starts_at);
  const endMs = Date.parse(budget.resets_at);
  const passedMs = nowMs - startMs;
  if (passedMs < (endMs - startMs) * LEAST_SHARE) return 'lasts';
  const goneMs = startMs + (passedMs * usd) / used;
  return goneMs < endMs ? goneMs : 'lasts';
}
