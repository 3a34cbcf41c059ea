import type { ComparisonTerms, MetricPairs, MetricVerdict } from './compare-runs.ts';

/** What the thread is asked. */
export interface ComparisonJob {
  readonly id: number;
  readonly metrics: readonly MetricPairs[];
  readonly terms: ComparisonTerms;
}

export interface ComparisonAnswer {
  readonly id: number;
  readonly verdicts: readonly MetricVerdict[];
}
