import type { WeirError } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import { nearest } from '../../../kernel/nearest.ts';
import type { Scope } from '../flow.ts';
import { follow, isRoot, lookUp, ROOTS } from './look-up.ts';
import { mistake } from './mistake.ts';
import type { Path } from './parse-template.ts';

/** Comparing names costs their lengths; more or longer ones are not what anybody mistyped. */
const MAX_NAMES = 200;
const MAX_NAME = 64;

/** WD4: a path that does not exist is an error that names it, where it ends, and the nearest name there. */
export function missingPath(path: Path, scope: Scope): WeirError {
  const known = deepestKnown(path, scope);
  const wanted = path[known.length];
  const owner = known.length === 0 ? undefined : (lookUp(known, scope) as Json);
  const shown = printPath(path);
  if (known.length === 0) {
    const meant = nearestName(String(wanted), [...ROOTS, ...namesOf(scope.input), ...Object.keys(scope.steps)]);
    return mistake(shown, `does not exist: no "${clip(wanted)}" in the input, the steps or the scope`, fixFor(meant));
  }
  const meant = nearestName(String(wanted), namesOf(owner));
  const place = printPath(known);
  if (typeof owner !== 'object' || owner === null)
    return mistake(shown, `does not exist: ${place} is ${kindOf(owner)}${why(known, scope)}`, fixFor(undefined));
  const fix = fixFor(meant === undefined ? undefined : printPath([...known, meant]));
  return mistake(shown, `does not exist: ${place} has no ${describe(wanted)}`, fix);
}

/** The longest beginning of the path that has a value. */
function deepestKnown(path: Path, scope: Scope): Path {
  for (let length = path.length - 1; length > 0; length--) {
    const known = path.slice(0, length);
    if (lookUp(known, scope) !== undefined) return known;
  }
  return [];
}

/** A step that failed or was skipped has null as its output. */
function why(known: Path, scope: Scope): string {
  const name = isRoot(known[0]) ? known[1] : known[0];
  const status = follow(scope.steps as unknown as Json, [name ?? '', 'status'], 0);
  return typeof status === 'string' && status !== 'completed' ? ` (the step is ${status})` : '';
}

function fixFor(meant: string | undefined): string {
  if (meant !== undefined) return `Did you mean ${meant}?`;
  return 'Correct the path, or give a value for when it is missing: {{ path ?? "text" }}.';
}

function namesOf(value: Json | undefined): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.keys(value);
}

/** The existing name that was probably meant. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  if (wanted.length > MAX_NAME) return undefined;
  return nearest(wanted, names.filter((name) => name.length <= MAX_NAME).slice(0, MAX_NAMES));
}

function describe(segment: string | number | undefined): string {
  return typeof segment === 'number' ? `[${segment}]` : `"${clip(segment)}"`;
}

function clip(segment: string | number | undefined): string {
  const text = String(segment);
  return text.length > MAX_NAME ? `${text.slice(0, MAX_NAME)}...` : text;
}

export function kindOf(value: Json | undefined): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return value === undefined ? 'missing' : `a ${typeof value}`;
}

const PLAIN = /^[\p{L}\p{N}_$@-]+$/u;

export function printPath(path: Path): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (!PLAIN.test(segment)) text += `[${JSON.stringify(segment)}]`;
    else text += text === '' ? segment : `.${segment}`;
  }
  return text;
}
