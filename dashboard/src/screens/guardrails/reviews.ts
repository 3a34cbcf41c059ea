import type { EvaluationObject } from '@weir/contract';
import { type Read, useRead } from '../../api/use-read.ts';

export const EVALUATIONS = '/api/v1/evaluations';

/** The newest thousand verdicts of people in a project. */
export function useReviews(project: string): Read<{ data: readonly EvaluationObject[] }> {
  return useRead(`${EVALUATIONS}?evaluator=human&limit=1000&project_id=${encodeURIComponent(project)}`);
}

/** What people said last of a guardrail in a call: 1 right, 0 a false alarm; undefined when nobody did. */
export function verdictOn(
  reviews: readonly EvaluationObject[],
  of: { readonly call: string; readonly metric: string },
): number | undefined {
  return reviews.find(({ inference_id, metric }) => inference_id === of.call && metric === of.metric)?.score;
}

/** How often a guardrail was right, by each call's last verdict; undefined when nobody looked. */
export function rightShare(
  reviews: readonly EvaluationObject[],
  metric: string,
): { readonly share: number; readonly of: number } | undefined {
  const last = new Map<string, number>();
  for (const review of reviews) {
    if (review.metric === metric && !last.has(review.inference_id)) last.set(review.inference_id, review.score);
  }
  if (last.size === 0) return undefined;
  return { share: [...last.values()].filter((score) => score >= 0.5).length / last.size, of: last.size };
}
