import type { ExecutionStep } from '@weir/contract';

/** A run's steps as they were at an instant (epoch ms): those that had begun, running where they had not ended. */
export function stepsAt(steps: readonly ExecutionStep[], atMs: number): ExecutionStep[] {
  return steps.flatMap((step): ExecutionStep[] => {
    if (step.started_at === null || Date.parse(step.started_at) > atMs) return [];
    const isOver = step.ended_at !== null && Date.parse(step.ended_at) <= atMs;
    return [isOver ? step : { ...step, status: 'running', output: null, error: null, cost_usd: 0, tokens_used: 0 }];
  });
}
