import type { Json } from '../../../kernel/json.ts';
import type { Scope, StepView } from '../flow.ts';
import type { Path } from './parse-template.ts';

/** The names a path can begin with; any other first name is looked for in the input, then among the steps' outputs. */
export const ROOTS = ['input', 'steps', 'item', 'index', 'error', 'run', 'env', 'workflow'] as const;
export type Root = (typeof ROOTS)[number];

export function isRoot(name: string | number | undefined): name is Root {
  return (ROOTS as readonly unknown[]).includes(name);
}

/** The value at a path, own properties only; undefined when there is none. */
export function lookUp(path: Path, scope: Scope): Json | undefined {
  const [root] = path;
  if (!isRoot(root) || scope[root] === undefined) return lookUpBareName(path, scope);
  const found = follow(scope[root] as unknown as Json, path, 1);
  return found === undefined && root === 'steps' && path[2] === 'output' ? lookUpRaw(path, scope) : found;
}

/** What a tool gave besides its unwrapped output. */
function lookUpRaw(path: Path, scope: Scope): Json | undefined {
  return follow(viewOf(path[1], scope)?.raw, path, 3);
}

/** The second dialect: `{{owner}}` is `input.owner`, `{{analyze-code.content}}` is `steps.analyze-code.output.content`. */
function lookUpBareName(path: Path, scope: Scope): Json | undefined {
  const given = follow(scope.input, path, 0);
  if (given !== undefined) return given;
  const view = viewOf(path[0], scope) ?? fetchedUnder(path[0], scope);
  if (view === undefined) return undefined;
  return follow(view.output, path, 1) ?? follow(view.raw, path, 1) ?? follow(view as unknown as Json, path, 1);
}

function viewOf(name: string | number | undefined, scope: Scope): StepView | undefined {
  return name !== undefined && Object.hasOwn(scope.steps, name) ? scope.steps[name] : undefined;
}

/** Documents of the second dialect call the output of `fetch-repo` just `repo`; only if no other step's name ends so. */
function fetchedUnder(name: string | number | undefined, scope: Scope): StepView | undefined {
  const named = Object.keys(scope.steps).filter((step) => step.endsWith(`-${name}`));
  return named.length === 1 ? viewOf(named[0], scope) : undefined;
}

/** Walks down from the segment at `from`. */
export function follow(start: Json | undefined, path: Path, from: number): Json | undefined {
  let value = start;
  for (let at = from; at < path.length; at++) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = member(value, path[at] as string | number);
  }
  return value;
}

function member(of: Json[] | { [key: string]: Json | undefined }, name: string | number): Json | undefined {
  if (!Array.isArray(of)) return Object.hasOwn(of, name) ? of[name] : undefined;
  if (name === 'length') return of.length;
  return typeof name === 'number' ? of[name] : undefined;
}
