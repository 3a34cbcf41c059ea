import type { Flow, Step } from '../../flow.ts';
import { innerLists } from '../walk-steps.ts';
import { predecessors } from './order.ts';

/** Why the output of a step that can be read may be missing; undefined: it is there. */
export type Doubt = 'condition' | 'branch' | 'failure' | undefined;

/** What a step can read when it starts. */
export interface View {
  readonly steps: ReadonlyMap<string, Doubt>;
  readonly isInMap: boolean;
  readonly isInCatch: boolean;
}

const NOTHING: View = { steps: new Map(), isInMap: false, isInCatch: false };

export interface Views {
  readonly of: ReadonlyMap<Step, View>;
  /** What the flow's output can read. */
  readonly atEnd: View;
}

/** Follows the flow once and notes, for every step, which steps are over before it. */
export function viewsOf(flow: Pick<Flow, 'steps'>): Views {
  const of = new Map<Step, View>();
  const over = visitList(flow.steps, { view: NOTHING, of });
  return { of, atEnd: { ...NOTHING, steps: over } };
}

interface Visit {
  readonly view: View;
  readonly of: Map<Step, View>;
  /** Steps of a parallel step start together. */
  readonly isTogether?: boolean;
}

/** Gives what can be read after the list, of the list itself. */
function visitList(steps: readonly Step[], visit: Visit): Map<string, Doubt> {
  const before = predecessors(steps);
  const left = new Map<Step, Map<string, Doubt>>();
  for (const step of inOrder(steps, before)) {
    const seen = new Map(visit.view.steps);
    if (visit.isTogether !== true)
      for (const earlier of before.get(step) ?? [])
        for (const [name, doubt] of left.get(earlier) ?? []) seen.set(name, doubt);
    left.set(step, visitStep(step, { ...visit, view: { ...visit.view, steps: seen } }));
  }
  return new Map([...left.values()].flatMap((names) => [...names]));
}

/** Dependencies may name steps that stand later in the list. */
function inOrder(steps: readonly Step[], before: ReadonlyMap<Step, readonly Step[]>): Step[] {
  const size = (step: Step): number => before.get(step)?.length ?? 0;
  return steps.toSorted((left, right) => size(left) - size(right));
}

/** Gives the names that can be read after the step: its own and those inside it. */
function visitStep(step: Step, { view, of }: Visit): Map<string, Doubt> {
  of.set(step, view);
  const left = new Map<string, Doubt>([[step.name, doubtOf(step)]]);
  for (const { kind, steps } of innerLists(step)) {
    if (kind === 'compensate') {
      const over = new Map([...view.steps, [step.name, undefined] as const]);
      visitList(steps, { view: { ...view, steps: over }, of });
      continue;
    }
    const inner: View = {
      steps: view.steps,
      isInMap: view.isInMap || kind === 'items',
      isInCatch: view.isInCatch || kind === 'catch',
    };
    const names = visitList(steps, { view: inner, of, isTogether: kind === 'together' });
    if (kind === 'items') continue;
    for (const [name, doubt] of names) left.set(name, kind === 'together' ? (doubtOf(step) ?? doubt) : 'branch');
  }
  return left;
}

function doubtOf(step: Step): Doubt {
  if (step.when !== undefined) return 'condition';
  return step.onError === 'continue' ? 'failure' : undefined;
}
