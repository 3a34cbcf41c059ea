import type { Flow, FlowBudget } from '../flow.ts';
import { innerSteps } from './step-at.ts';

/** A budget of a run, or of one step of it with everything below. */
export interface Bound {
  readonly scope: 'workflow' | 'step';
  readonly runId: string;
  /** Undefined: the whole run. */
  readonly path: string | undefined;
  /** In messages: `The run's budget`. */
  readonly what: string;
  readonly budget: FlowBudget;
}

export function boundOfRun(runId: string, budget: FlowBudget): Bound {
  return { scope: 'workflow', runId, path: undefined, what: `The run's budget`, budget };
}

export function boundOfStep(runId: string, of: { path: string; name: string; budget: FlowBudget }): Bound {
  return { scope: 'step', runId, path: of.path, what: `The budget of step "${of.name}"`, budget: of.budget };
}

/** Bounds of the steps that stand around a place of a run, and of the step there; what stands in for a failed one or undoes it is not in it. */
export function boundsAt(flow: Flow, of: { runId: string; path: string }): Bound[] {
  const found: Bound[] = [];
  let steps = flow.steps;
  const parts = of.path.split('/');
  for (let at = 0; at < parts.length; at++) {
    const name = (parts[at] as string).replace(/\[\d+\]$/, '');
    const step = steps.find((one) => one.name === name);
    if (step === undefined) break;
    const next = parts[at + 1];
    const isBelow = next !== 'catch' && next !== 'compensate';
    const path = [...parts.slice(0, at), name].join('/');
    if (step.budget !== undefined && isBelow) found.push(boundOfStep(of.runId, { path, name, budget: step.budget }));
    if (next === undefined) break;
    if (next === 'compensate') steps = step.compensate === undefined ? [] : [{ ...step.compensate, name: next }];
    else {
      const inner = innerSteps(step, next);
      if (inner.skips) at++;
      steps = inner.steps;
    }
  }
  return found;
}

/** Is this place in what a bound counts? */
export function isWithin(path: string, bound: string | undefined): boolean {
  if (bound === undefined || path === bound) return true;
  if (!path.startsWith(bound)) return false;
  const rest = path.slice(bound.length);
  return /^[/[]/.test(rest) && !/^\/(?:catch\/|compensate(?:\/|$))/.test(rest);
}
