import type { Step } from '../flow.ts';

/** Why a list of steps is inside a step. */
export type InnerKind = 'branch' | 'together' | 'items' | 'catch' | 'compensate';

export interface InnerList {
  readonly kind: InnerKind;
  readonly steps: readonly Step[];
}

/** The lists of steps directly inside a step, in the order of the document. */
export function innerLists(step: Step): InnerList[] {
  const lists: InnerList[] = [...workLists(step)];
  if (step.catch !== undefined) lists.push({ kind: 'catch', steps: step.catch });
  if (step.compensate !== undefined) lists.push({ kind: 'compensate', steps: [step.compensate] });
  return lists;
}

function workLists(step: Step): InnerList[] {
  switch (step.type) {
    case 'condition':
      return [
        { kind: 'branch', steps: step.then },
        { kind: 'branch', steps: step.else },
      ];
    case 'switch':
      return [...step.cases.map(({ steps }) => steps), step.default].map((steps) => ({ kind: 'branch', steps }));
    case 'parallel':
      return [{ kind: 'together', steps: step.steps }];
    case 'map':
      return [{ kind: 'items', steps: step.steps }];
    default:
      return [];
  }
}

/** Every step, outer ones before what is inside them. */
export function* walkSteps(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    for (const inner of innerLists(step)) yield* walkSteps(inner.steps);
  }
}
