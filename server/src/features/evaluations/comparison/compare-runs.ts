import { type Comparison, comparePairs, type Pair } from '../statistics/compare-pairs.ts';
import { holm } from '../statistics/holm.ts';
import { itemsMore } from '../statistics/power.ts';
import { type Verdict, verdictOf } from '../statistics/verdict.ts';

/** A metric's scores on both sides, paired by item id. */
export interface MetricPairs {
  readonly metric: string;
  readonly pairs: readonly Pair[];
}

export interface ComparisonTerms {
  readonly level: number;
  /** The difference that nobody would mind. */
  readonly margin: number;
  readonly seed: number;
}

export interface MetricVerdict extends Comparison {
  readonly metric: string;
  readonly verdict: Verdict;
  /** p after Holm over all metrics asked for. */
  readonly adjustedP: number;
  /** About how many items more would decide; undefined: it is decided, or no number would. */
  readonly itemsMore: number | undefined;
}

/** Verdicts of several metrics at once. A metric with fewer than two independent pairs has none. */
export function compareMetrics(metrics: readonly MetricPairs[], terms: ComparisonTerms): MetricVerdict[] {
  const compared = metrics.flatMap(({ metric, pairs }) => {
    const comparison = comparePairs(pairs, terms);
    return comparison === undefined ? [] : [{ metric, comparison }];
  });
  const adjusted = holm(compared.map(({ comparison }) => comparison.p));
  return compared.map(({ metric, comparison }, at) => {
    const adjustedP = adjusted[at] ?? 1;
    const { interval, difference, items } = comparison;
    const verdict = verdictOf({ interval, p: adjustedP, alpha: 1 - terms.level, margin: terms.margin });
    const halfWidth = (interval.high - interval.low) / 2;
    const more = itemsMore({ difference, halfWidth, items, level: terms.level, margin: terms.margin });
    const isOpen = verdict === 'not enough evidence' && Number.isFinite(more);
    return { ...comparison, metric, verdict, adjustedP, itemsMore: isOpen ? more : undefined };
  });
}
