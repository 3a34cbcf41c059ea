import type { EvaluationObject } from '@weir/contract';
import { type Read, useRead } from '../../api/use-read.ts';
import { isOfGuardrail } from './words.ts';

export const EVALUATIONS = '/api/v1/evaluations';

export interface Judged {
  readonly right: number;
  /** Findings that people looked at; the others of them were false alarms. */
  readonly of: number;
}

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

/** How people judged the findings of a guardrail, or of all without `metric`, by each call's last verdict. */
export function judgedIn(reviews: readonly EvaluationObject[], metric?: string): Judged {
  const last = new Map<string, number>();
  for (const review of reviews) {
    const isMeant = metric === undefined ? isOfGuardrail(review.metric) : review.metric === metric;
    const key = `${review.inference_id} ${review.metric}`;
    if (isMeant && !last.has(key)) last.set(key, review.score);
  }
  return { right: [...last.values()].filter((score) => score >= 0.5).length, of: last.size };
}
