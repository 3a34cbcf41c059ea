import type { Flow, Step } from '../../flow.ts';
import { errorAt, type Problem, warningAt } from '../problem.ts';
import { placeOf } from '../templates-of.ts';
import { innerLists, walkSteps } from '../walk-steps.ts';

/** Steps that can never run, and parts that never do anything. */
export function checkReach(flow: Flow): Problem[] {
  const problems = checkList(flow.steps);
  for (const step of walkSteps(flow.steps)) {
    if (step.compensate !== undefined && flow.onFailure.strategy !== 'rollback')
      problems.push(
        warningAt(
          placeOf(step, 'compensate'),
          'compensate runs only when a run is rolled back, and this workflow does not roll back.',
          'Add "errorHandling": {"strategy": "rollback"}.',
        ),
      );
    problems.push(...checkEmpty(step));
  }
  return problems;
}

function checkList(steps: readonly Step[]): Problem[] {
  const problems: Problem[] = [];
  const end = steps.findIndex(endsTheRun);
  const next = steps[end + 1];
  if (end >= 0 && next !== undefined && next.dependencies === undefined)
    problems.push(
      errorAt(
        next.pointer,
        `The step ${JSON.stringify(next.name)} never runs: ${JSON.stringify(steps[end]?.name)} before it always fails the run.`,
        'Give the fail step a condition ("if"), or move it to the end.',
      ),
    );
  for (const step of steps)
    for (const { kind, steps: inner } of innerLists(step)) if (kind !== 'together') problems.push(...checkList(inner));
  return problems;
}

function endsTheRun(step: Step): boolean {
  return step.type === 'fail' && step.when === undefined && step.onError === 'stop' && step.catch === undefined;
}

function checkEmpty(step: Step): Problem[] {
  if (step.type === 'condition' && step.then.length === 0 && step.else.length === 0)
    return [warningAt(placeOf(step, 'then'), 'Both branches are empty.', 'Add steps to then or else.')];
  if ((step.type === 'parallel' || step.type === 'map') && step.steps.length === 0)
    return [errorAt(placeOf(step, 'steps'), `The ${step.type} step has no steps.`, 'Add steps.')];
  return [];
}
