import { nearest } from '../../../../kernel/nearest.ts';
import type { Step } from '../../flow.ts';
import { errorAt, type Problem, pointerOf } from '../problem.ts';
import { placeOf } from '../templates-of.ts';

/** For each step of a list, the steps of it that are over when it starts: those its dependencies name and lead to, else all before it. */
export function predecessors(steps: readonly Step[]): Map<Step, readonly Step[]> {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const direct = new Map<Step, readonly Step[]>();
  for (const [at, step] of steps.entries()) {
    const named = step.dependencies?.map((name) => byName.get(name)).filter((one) => one !== undefined);
    direct.set(step, named ?? steps.slice(0, at));
  }
  return new Map(steps.map((step) => [step, [...closure(step, direct)]]));
}

function closure(step: Step, direct: ReadonlyMap<Step, readonly Step[]>): Set<Step> {
  const found = new Set<Step>();
  const open = [...(direct.get(step) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(direct.get(next) ?? []));
  }
  return found;
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
