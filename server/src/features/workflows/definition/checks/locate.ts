import type { Step } from '../../flow.ts';
import { type InnerKind, innerLists } from '../walk-steps.ts';

/** One list of steps on the way from the top to a step. */
interface Level {
  readonly list: readonly Step[];
  readonly at: number;
  /** What the list is inside; undefined at the top. */
  readonly parent: Step | undefined;
  readonly kind: InnerKind | undefined;
}

export type Location = readonly Level[];

/** Where every step is; steps of the same name in different branches have one place each. */
export function locateSteps(steps: readonly Step[]): Map<Step, Location> {
  const found = new Map<Step, Location>();
  visit({ list: steps, parent: undefined, kind: undefined }, [], found);
  return found;
}

function visit(of: Omit<Level, 'at'>, above: Location, found: Map<Step, Location>): void {
  for (const [at, step] of of.list.entries()) {
    const location = [...above, { ...of, at }];
    found.set(step, location);
    for (const { kind, steps } of innerLists(step)) visit({ list: steps, parent: step, kind }, location, found);
  }
}

/** Why a step cannot read another one, as the end of a sentence and what to do; undefined: it is not known why. */
export function whyHidden(reader: Location, target: Location): { readonly why: string; readonly fix: string } {
  let depth = 0;
  while (reader[depth + 1]?.list === target[depth + 1]?.list && reader[depth]?.at === target[depth]?.at) {
    if (reader[depth + 1] === undefined) return SELF;
    depth++;
  }
  const [own, other] = [reader[depth] as Level, target[depth] as Level];
  if (own.at === other.at) return target.length > depth + 1 && reader.length > depth + 1 ? BRANCH : CONTAINER;
  const mapped = target.slice(depth + 1).some(({ kind }) => kind === 'items');
  if (mapped) return ITEMS;
  if (own.kind === 'together') return TOGETHER;
  return other.at > own.at ? LATER : UNORDERED;
}

const SELF = { why: 'is the step itself', fix: 'Read a step that is over before this one.' };
const BRANCH = { why: 'is in another branch, which does not run then', fix: 'Read a step before the branches.' };
const CONTAINER = { why: 'is not over while its own steps run', fix: 'Read a step before it.' };
const ITEMS = {
  why: 'runs once per item of a map, inside it',
  fix: "Read the map's own output: a list with one entry per item.",
};
const TOGETHER = {
  why: 'runs at the same time',
  fix: 'Move the step that reads out of the parallel step, after it.',
};
const LATER = { why: 'runs later', fix: 'Move the step that is read before the one that reads it.' };
const UNORDERED = { why: 'may not be over by then', fix: 'Add it to "dependencies" of the step that reads it.' };
