import type { Facts, RunFact, Statement } from '../facts.ts';
import { shortName, timeLeft } from '../wording.ts';

export const STILL_MS = 10 * 60_000;

/** Runs that should go on by themselves and did not for ten minutes, or that cannot. */
export function stuckRuns({ runs, nowMs }: Facts): Statement[] {
  const byWorkflow = new Map<string, RunFact[]>();
  for (const run of runs) {
    if (!run.needsAttention && nowMs - run.movedAt < STILL_MS) continue;
    byWorkflow.set(run.workflow, [...(byWorkflow.get(run.workflow) ?? []), run]);
  }
  return [...byWorkflow].map(([workflow, stuck]) => {
    const oldest = Math.min(...stuck.map(({ movedAt }) => movedAt));
    const runsOf = stuck.length === 1 ? '' : `, ${stuck.length} runs`;
    return {
      cause: 'workflow_stuck',
      object: workflow,
      severity: 'warning',
      sentence: `Workflow ${shortName(workflow)} is stuck${runsOf}: still for ${timeLeft(nowMs - oldest)}.`,
      href: '/workflows',
    };
  });
}
