import { nearest } from '../../../../kernel/nearest.ts';
import type { Step } from '../../flow.ts';
import { errorAt, type Problem, pointerOf } from '../problem.ts';
import { placeOf } from '../templates-of.ts';

/** For each step of a list, the steps of it that are over when it starts: those its dependencies name and lead to, else all before it. */
export function predecessors(steps: readonly Step[]): Map<Step, readonly Step[]> {
  const places = new Map(steps.map(({ name }, at) => [name, at]));
  return new Map(steps.map((step, at) => [step, closure({ steps, places, at })]));
}

/** Linear in the list, however much of it leads here. */
function closure(of: { steps: readonly Step[]; places: ReadonlyMap<string, number>; at: number }): Step[] {
  const found = new Set<number>();
  const open: number[] = [];
  const add = (at: number): void => {
    if (found.has(at)) return;
    found.add(at);
    open.push(at);
  };
  let covered = 0;
  const addDirect = (at: number): void => {
    const { dependencies } = of.steps[at] as Step;
    if (dependencies === undefined) for (; covered < at; covered++) add(covered);
    for (const name of dependencies ?? []) {
      const place = of.places.get(name);
      if (place !== undefined) add(place);
    }
  };
  addDirect(of.at);
  for (let next = open.pop(); next !== undefined; next = open.pop()) addDirect(next);
  return [...found].sort((left, right) => left - right).map((at) => of.steps[at] as Step);
}

/** Dependencies that name no step of the list, or go in a circle; of a circle one step is told. */
export function checkDependencies(steps: readonly Step[]): Problem[] {
  const names = steps.map(({ name }) => name);
  const before = predecessors(steps);
  const unknown = steps.flatMap((step) =>
    (step.dependencies ?? []).flatMap((name, at) =>
      names.includes(name)
        ? []
        : [unknownDependency({ name, names, pointer: pointerOf(placeOf(step, 'dependencies'), at) })],
    ),
  );
  const circular = steps.find((step) => before.get(step)?.includes(step));
  if (circular === undefined) return unknown;
  const circle = errorAt(
    placeOf(circular, 'dependencies'),
    `The step ${JSON.stringify(circular.name)} waits for itself, directly or through others.`,
    'Remove one of the dependencies in the circle.',
  );
  return [...unknown, circle];
}

function unknownDependency(of: { name: string; names: readonly string[]; pointer: string }): Problem {
  const meant = nearest(of.name, of.names);
  return errorAt(
    of.pointer,
    `There is no step ${JSON.stringify(of.name)} beside this one.`,
    meant === undefined
      ? `Name steps of the same list: ${of.names.slice(0, 20).join(', ')}.`
      : `Did you mean ${JSON.stringify(meant)}?`,
  );
}
