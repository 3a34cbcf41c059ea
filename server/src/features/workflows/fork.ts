import { invalidRequest } from '../../kernel/errors.ts';
import type { StepRow } from '../../ports/workflow-store.ts';
import { innerSteps, stepAt } from './engine/step-at.ts';
import type { Flow, Step } from './flow.ts';

/**
 * The finished steps of a run that another one takes over: all of them, or those that do not come behind `fromStep`, its path or
 * name. Steps that were undone by a rollback are not finished any more.
 */
export function reusableSteps(flow: Flow, rows: readonly StepRow[], fromStep: string | undefined): StepRow[] {
  const from = fromStep === undefined ? undefined : pathOf(flow, rows, fromStep)?.split('/');
  if (fromStep !== undefined && from === undefined) {
    const names = [...new Set(rows.map(({ path }) => path))].join(', ');
    throw invalidRequest('fromStep', `"${fromStep}" is no step of this workflow. Steps of the run: ${names}.`);
  }
  const undone = new Set(
    rows
      .filter(({ path, status }) => status === 'completed' && path.endsWith(COMPENSATE))
      .map(({ path }) => path.slice(0, -COMPENSATE.length)),
  );
  return rows.filter((row) => {
    const step = stepAt(flow, row.path);
    if (step === undefined || step.type !== row.type || row.path.endsWith(COMPENSATE) || undone.has(row.path))
      return false;
    const goesOn = step.onError === 'continue' || flow.onFailure.strategy === 'continue';
    const isFinished = row.status === 'completed' || row.status === 'skipped' || (row.status === 'failed' && goesOn);
    return (
      isFinished &&
      (from === undefined || isBefore(flow.steps, row.path.split('/'), { from, isGraph: isGraph(flow.steps) }))
    );
  });
}

const COMPENSATE = '/compensate';

function pathOf(flow: Flow, rows: readonly StepRow[], named: string): string | undefined {
  if (stepAt(flow, named) !== undefined) return named;
  return rows.find(({ step_name }) => step_name === named)?.path;
}

/** Whether a step is over before another begins, by where they stand. Both paths are relative to the list. */
function isBefore(
  steps: readonly Step[],
  path: readonly string[],
  of: { from: readonly string[]; isGraph: boolean },
): boolean {
  const { from } = of;
  const [name, fromName] = [nameOf(path[0]), nameOf(from[0])];
  if (name !== fromName) {
    if (of.isGraph) return !dependsOn(steps, name, fromName);
    return steps.findIndex((step) => step.name === name) < steps.findIndex((step) => step.name === fromName);
  }
  // The step itself, what is around it, and what is in it.
  if (path.length === 1 || from.length === 1) return false;
  if (path[0] !== from[0]) return true;
  const step = steps.find((each) => each.name === name) as Step;
  const inner = innerSteps(step, from[1] as string);
  if (inner.skips && path[1] !== from[1]) return true;
  const skipped = inner.skips ? 2 : 1;
  return isBefore(inner.steps, path.slice(skipped), {
    from: from.slice(skipped),
    isGraph: step.type === 'parallel' || isGraph(inner.steps),
  });
}

function isGraph(steps: readonly Step[]): boolean {
  return steps.some(({ dependencies }) => dependencies !== undefined);
}

function dependsOn(steps: readonly Step[], name: string, on: string): boolean {
  const own = steps.find((step) => step.name === name)?.dependencies ?? [];
  return own.includes(on) || own.some((other) => dependsOn(steps, other, on));
}

function nameOf(part: string | undefined): string {
  return (part ?? '').replace(/\[\d+\]$/, '');
}
