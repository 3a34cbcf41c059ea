import { uuidV7 } from '../../../kernel/ids.ts';
import type { EvalResultRow, EvalRunRow, ScoreRow } from '../../../ports/evaluation-store.ts';
import type { DatasetItem } from '../datasets/datasets.ts';
import type { Check, ItemContent } from '../item.ts';

/** One item, once. */
export interface Case {
  readonly item: DatasetItem & { readonly content: ItemContent };
  /** 1 for the first. */
  readonly trial: number;
}

/** What a case came to, ready to be stored. */
export interface CaseResult {
  readonly result: EvalResultRow;
  readonly scores: readonly ScoreRow[];
}

/** A score of a case before it is a row. */
export interface CaseScore {
  readonly metric: string;
  readonly score: number;
  readonly reason?: unknown;
  readonly evaluator?: Check['evaluator'];
}

export function scoreRows(
  scores: readonly CaseScore[],
  of: { run: EvalRunRow; case: Case; inferenceId: string; now: number; seal: (text: string) => string },
): ScoreRow[] {
  const { run, now, inferenceId } = of;
  const { item, trial } = of.case;
  return scores.map(({ metric, score, reason, evaluator }) => ({
    ...{ id: `eval_${uuidV7(now).replaceAll('-', '')}`, project_id: run.project_id, key_id: run.key_id },
    ...{ inference_id: inferenceId, metric, score, evaluator: 'automated' },
    ...{ evaluator_name: evaluator?.name ?? null, evaluator_version: evaluator?.version ?? null },
    ...{ run_id: run.id, item_id: item.id, trial, created_at: now },
    reason: reason === undefined ? null : of.seal(JSON.stringify(reason)),
  }));
}
