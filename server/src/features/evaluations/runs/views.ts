import type { EvalResultRow, EvalRunRow, EvalRunTotals } from '../../../ports/evaluation-store.ts';
import type { MetricVerdict } from '../comparison/compare-runs.ts';
import type { ResultOutput, RunDefinition } from './run-definition.ts';

export interface RunView {
  readonly run: EvalRunRow;
  readonly definition: RunDefinition;
  readonly totals: EvalRunTotals;
  /** Mean by metric. */
  readonly scores: Readonly<Record<string, number>>;
  /** What makes the scores worth less, in words. */
  readonly warnings: readonly string[];
}

export interface ResultView {
  readonly result: EvalResultRow;
  /** Undefined: forgotten. */
  readonly output: ResultOutput | undefined;
  readonly scores: readonly { readonly metric: string; readonly score: number; readonly reason: unknown }[];
}

export interface RunComparison {
  readonly verdicts: readonly MetricVerdict[];
  /** Items that only one side has a score of, by metric. */
  readonly unpaired: Readonly<Record<string, number>>;
  /** Candidate minus baseline per item, and what an item costs on both sides together. */
  readonly costNanoPerItem: { readonly baseline: number; readonly candidate: number };
  readonly latencyMsPerItem: { readonly baseline: number; readonly candidate: number };
}
