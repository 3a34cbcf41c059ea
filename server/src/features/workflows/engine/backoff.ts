import type { RetryPolicy, Step } from '../flow.ts';
import type { StepFailure } from './ending.ts';

/** What a person or the run's budget decides; trying again changes nothing. */
const DECIDED_ELSEWHERE = new Set([
  'limit.budget',
  'approval.required',
  'call.cancelled',
  'auth.invalid',
  'request.too_large',
]);

/** May a step be tried again that failed so, after so many tries? */
export function mayRetry(step: Step, failure: StepFailure, tries: number): boolean {
  const { maxAttempts, on } = step.retry;
  if (tries >= maxAttempts || DECIDED_ELSEWHERE.has(failure.code)) return false;
  if (on !== undefined) return on.includes(failure.code);
  return failure.retryable || step.type === 'tool';
}

/** Milliseconds before the next try, after so many that failed. */
export function backoffMs(policy: RetryPolicy, failed: number, random: () => number = Math.random): number {
  const ms = Math.min(policy.backoffMs * policy.multiplier ** (failed - 1), policy.maxBackoffMs);
  return policy.jitter === 'full' ? ms * random() : ms;
}
