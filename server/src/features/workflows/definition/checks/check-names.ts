import type { Step } from '../../flow.ts';
import { errorAt, type Problem } from '../problem.ts';
import { placeOf } from '../templates-of.ts';
import { innerLists } from '../walk-steps.ts';
import { checkDependencies } from './order.ts';

/** Paths call steps by name, so a name is used once; branches of which one runs may share names. */
export function checkNames(steps: readonly Step[]): Problem[] {
  const problems: Problem[] = [];
  collect(steps, new Map(), problems);
  return problems;
}

/** Names so far, with the place of each. */
type Names = Map<string, string>;

function collect(steps: readonly Step[], names: Names, problems: Problem[]): Names {
  problems.push(...checkDependencies(steps));
  let seen = names;
  for (const step of steps) {
    const before = seen.get(step.name);
    if (before !== undefined)
      problems.push(
        errorAt(
          placeOf(step, 'name'),
          `The name ${JSON.stringify(step.name)} is taken by the step at ${before}.`,
          'Give each step a name of its own.',
        ),
      );
    seen = new Map([...seen, [step.name, step.pointer]]);
    const within = innerLists(step).map(({ kind, steps: inner }) => ({ kind, left: collect(inner, seen, problems) }));
    for (const { left } of within) seen = new Map([...left, ...seen]);
  }
  return seen;
}
