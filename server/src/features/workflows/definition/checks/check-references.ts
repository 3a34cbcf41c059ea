import { asObject } from '../../../../kernel/json.ts';
import { nearest } from '../../../../kernel/nearest.ts';
import { printPath } from '../../expressions/explain-missing.ts';
import { isRoot, ROOTS } from '../../expressions/look-up.ts';
import type { Path } from '../../expressions/parse-template.ts';
import type { Flow, Step } from '../../flow.ts';
import { errorAt, type Problem, warningAt } from '../problem.ts';
import { type Reference, referencesOfOutput, referencesOfStep } from '../references-of.ts';
import { walkSteps } from '../walk-steps.ts';
import { type Location, locateSteps, whyHidden } from './locate.ts';
import { type Doubt, type View, viewsOf } from './visible-steps.ts';

const VIEW_FIELDS = ['output', 'raw', 'error', 'status'];
/** Nobody reads more, and each is compared with the names of all steps. */
const MAX_PROBLEMS = 50;
const TOTALS = ['totalCost', 'totalTokens', 'timestamp'];
/** A bare name so close to a root was meant to be it, unless the input has it. */
const OTHER_SPELLINGS: Readonly<Record<string, string>> = {
  step: 'steps',
  inputs: 'input',
  params: 'input',
  env_vars: 'env',
  items: 'item',
};

interface Reading {
  readonly flow: Flow;
  readonly view: View;
  /** Undefined: the flow's output. */
  readonly reader: Location | undefined;
  readonly names: ReadonlyMap<string, Step>;
  readonly locations: ReadonlyMap<Step, Location>;
}

/** Paths: names that do not exist, are not over yet, or may be missing; expressions that cannot be parsed. */
export function checkReferences(flow: Flow): Problem[] {
  const views = viewsOf(flow);
  const locations = locateSteps(flow.steps);
  const steps = [...walkSteps(flow.steps)];
  const names = new Map(steps.map((step) => [step.name, step]));
  const common = { flow, names, locations };
  const problems: Problem[] = [];
  for (const step of steps) {
    if (problems.length >= MAX_PROBLEMS) return problems.slice(0, MAX_PROBLEMS);
    const view = views.of.get(step);
    if (view === undefined) continue;
    const read = referencesOfStep(step);
    const reading = { ...common, view, reader: locations.get(step) };
    problems.push(...read.problems, ...read.references.flatMap((one) => checkReference(one, reading)));
  }
  const output = referencesOfOutput(flow);
  const reading = { ...common, view: views.atEnd, reader: undefined };
  problems.push(...output.problems, ...output.references.flatMap((one) => checkReference(one, reading)));
  return problems;
}

function checkReference(reference: Reference, reading: Reading): Problem[] {
  const [root, second] = reference.path;
  switch (root) {
    case 'steps':
      return checkStep(reference, String(second ?? ''), reading);
    case 'input':
      return checkInput(reference, second, reading);
    case 'item':
    case 'index':
      return reading.view.isInMap ? [] : [onlyIn(reference, 'the steps of a map')];
    case 'error':
      return reading.view.isInCatch ? [] : [onlyIn(reference, 'the steps of a catch')];
    case 'workflow':
      return checkTotal(reference, second);
    default:
      return isRoot(root) ? [] : checkBareName(reference, String(root), reading);
  }
}

function checkStep(reference: Reference, name: string, reading: Reading): Problem[] {
  if (reference.path.length === 1) return [];
  const field = reference.path[2];
  if (field !== undefined && !VIEW_FIELDS.includes(String(field)) && reading.names.has(name))
    return [
      errorAt(
        reference.pointer,
        `${printPath(reference.path)}: a step has ${VIEW_FIELDS.join(', ')}, but no ${JSON.stringify(field)}.`,
        `Write ${written([...reference.path.slice(0, 2), 'output', ...reference.path.slice(2)], reference)}.`,
      ),
    ];
  return checkVisible(reference, name, reading);
}

function checkVisible(reference: Reference, name: string, reading: Reading): Problem[] {
  if (reading.view.steps.has(name)) return checkDoubt(reference, { name, doubt: reading.view.steps.get(name) });
  const target = reading.names.get(name);
  if (target === undefined) return [unknownStep(reference, name, reading)];
  const location = reading.locations.get(target);
  const hidden =
    reading.reader === undefined || location === undefined
      ? { why: 'is not over or not readable from outside', fix: 'Read the step that contains it.' }
      : whyHidden(reading.reader, location);
  return [
    errorAt(
      reference.pointer,
      `${printPath(reference.path)}: the step ${JSON.stringify(name)} ${hidden.why}.`,
      hidden.fix,
    ),
  ];
}

const DOUBTS: Readonly<Record<NonNullable<Doubt>, string>> = {
  condition: 'runs only under a condition',
  branch: 'is in a branch that may not run',
  failure: 'may fail and be passed over (onError: continue)',
};

/** Its status can always be read. */
function checkDoubt(reference: Reference, of: { name: string; doubt: Doubt }): Problem[] {
  const isRead = reference.path[0] !== 'steps' || reference.path[2] === 'output' || reference.path[2] === 'raw';
  if (of.doubt === undefined || reference.isOptional || !isRead) return [];
  return [
    warningAt(
      reference.pointer,
      `${printPath(reference.path)}: the step ${JSON.stringify(of.name)} ${DOUBTS[of.doubt]}, and then this fails.`,
      reference.language === 'cel'
        ? `Test before with ${written(['steps', of.name, 'status'], reference)} == "completed" && ...`
        : `Give a value for that case: {{ ${printPath(reference.path)} ?? "" }}.`,
    ),
  ];
}

function unknownStep(reference: Reference, name: string, reading: Reading): Problem {
  const names = [...reading.names.keys()];
  const hyphenated = reference.language === 'cel' ? names.find((one) => one.startsWith(`${name}-`)) : undefined;
  const meant = hyphenated ?? nearest(name.slice(0, 64), names);
  const fix =
    meant === undefined
      ? `Name one of ${names.slice(0, 20).join(', ')}.`
      : `Did you mean ${written(['steps', meant, ...reference.path.slice(2)], reference)}?`;
  return errorAt(
    reference.pointer,
    `${printPath(reference.path)}: there is no step ${JSON.stringify(name)}.`,
    hyphenated === undefined ? fix : `${fix} In CEL a hyphen is a minus.`,
  );
}

/** As the language of the place wants it. */
function written(path: Path, { language }: Reference): string {
  if (language === 'template') return printPath(path);
  return path
    .map((segment, at) => {
      if (typeof segment === 'number') return `[${segment}]`;
      if (!/^\w+$/.test(segment)) return `[${JSON.stringify(segment)}]`;
      return at === 0 ? segment : `.${segment}`;
    })
    .join('');
}

/** Only where the input has a schema that names its fields. */
function checkInput(reference: Reference, field: string | number | undefined, { flow }: Reading): Problem[] {
  const properties = asObject(flow.input?.properties);
  if (properties === undefined || field === undefined || Object.hasOwn(properties, field)) return [];
  const meant = nearest(String(field).slice(0, 64), Object.keys(properties));
  const report = flow.input?.additionalProperties === false || meant !== undefined ? errorAt : warningAt;
  return [
    report(
      reference.pointer,
      `${printPath(reference.path)}: the input's schema has no ${JSON.stringify(field)}.`,
      meant === undefined ? 'Add it to "input".' : `Did you mean ${written(['input', meant], reference)}?`,
    ),
  ];
}

function onlyIn({ path, pointer }: Reference, place: string): Problem {
  const bare = printPath(path);
  return warningAt(
    pointer,
    `${bare}: ${String(path[0])} exists only in ${place}; here it is a field of the input.`,
    `Write input.${bare} if that is meant, or move the step.`,
  );
}

function checkTotal(reference: Reference, field: string | number | undefined): Problem[] {
  if (field === undefined || TOTALS.includes(String(field))) return [];
  const meant = nearest(String(field).slice(0, 64), TOTALS);
  return [
    errorAt(
      reference.pointer,
      `${printPath(reference.path)}: workflow has ${TOTALS.join(', ')}, but no ${JSON.stringify(field)}.`,
      meant === undefined ? 'Read one of those.' : `Did you mean workflow.${meant}?`,
    ),
  ];
}

/** A step of that name, a field of the input, or a root misspelt. */
function checkBareName(reference: Reference, root: string, reading: Reading): Problem[] {
  if (reading.names.has(root)) return checkVisible(reference, root, reading);
  const properties = asObject(reading.flow.input?.properties);
  if (properties !== undefined && Object.hasOwn(properties, root)) return [];
  // `repo` may be the input's or, as in documents of the second dialect, what the step fetch-repo gave.
  if ([...reading.names.keys()].some((name) => name.endsWith(`-${root}`))) return [];
  const meant = Object.hasOwn(OTHER_SPELLINGS, root) ? OTHER_SPELLINGS[root] : nearestRoot(root, reference.path);
  if (meant !== undefined)
    return [
      errorAt(
        reference.pointer,
        `${printPath(reference.path)}: ${JSON.stringify(root)} is neither a step nor a part of the scope.`,
        `Did you mean ${written([meant, ...reference.path.slice(1)], reference)}? (A field of the input of that name: input.${root}.)`,
      ),
    ];
  const step = nearest(root.slice(0, 64), [...reading.names.keys()]);
  if (step !== undefined && reference.path.length > 1)
    return [
      warningAt(
        reference.pointer,
        `${printPath(reference.path)}: there is no step ${JSON.stringify(root)}, so it is a field of the input.`,
        `Did you mean ${written(['steps', step, 'output', ...reference.path.slice(1)], reference)}? Else write input.${root}.`,
      ),
    ];
  return properties === undefined
    ? []
    : checkInput({ ...reference, path: ['input', ...reference.path] }, root, reading);
}

function nearestRoot(root: string, path: Path): string | undefined {
  if (path.length < 2 || root.length < 4 || root.length > 10) return undefined;
  return nearest(
    root,
    ROOTS.filter((name) => Math.abs(name.length - root.length) <= 1),
  );
}
