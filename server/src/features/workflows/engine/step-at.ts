import type { Flow, Step } from '../flow.ts';

/** The step that a path of a run names; undefined: the flow has none there. */
export function stepAt(flow: Flow, path: string): Step | undefined {
  let steps: readonly Step[] = flow.steps;
  let found: Step | undefined;
  const parts = path.split('/');
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] as string;
    const name = part.replace(/\[\d+\]$/, '');
    found = steps.find((step) => step.name === name);
    if (found === undefined || at === parts.length - 1) return found;
    const next = parts[at + 1] as string;
    if (next === 'compensate') return found.compensate;
    const inner = innerSteps(found, next);
    if (inner.skips) at++;
    steps = inner.steps;
  }
  return found;
}

/** The list below a step; `skips`: the next part of the path names the list, not a step of it. */
export function innerSteps(step: Step, next: string): { steps: readonly Step[]; skips: boolean } {
  if (next === 'catch' && step.catch !== undefined) return { steps: step.catch, skips: true };
  switch (step.type) {
    case 'condition':
      return { steps: next === 'then' ? step.then : step.else, skips: true };
    case 'switch':
      return { steps: next === 'default' ? step.default : (step.cases[Number(next)]?.steps ?? []), skips: true };
    case 'parallel':
    case 'map':
      return { steps: step.steps, skips: false };
    default:
      return { steps: [], skips: false };
  }
}
