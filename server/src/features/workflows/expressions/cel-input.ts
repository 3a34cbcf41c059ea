import type { Json } from '../../../kernel/json.ts';
import type { Scope } from '../flow.ts';
import type { CelReference } from './cel-references.ts';
import { lookUp } from './look-up.ts';
import { mistake } from './mistake.ts';
import type { Path } from './parse-template.ts';

/** Values and characters that one condition may look at. */
const MAX_SIZE = 1024 * 1024;
const MAX_DEPTH = 200;

type CelJson = null | boolean | number | bigint | string | CelJson[] | Map<string, CelJson>;

/** What an expression reads of the scope, and no more; children undefined: all of it. */
interface Wanted {
  children: Map<string | number, Wanted> | undefined;
}

/**
 * The scope as CEL has it: whole numbers are ints (in JSON all are doubles, to which `+ 1` does not apply), objects are maps.
 * Only what the references name is turned into it.
 */
export function celInput(references: readonly CelReference[], scope: Scope): Record<string, CelJson> {
  const root: Wanted = { children: new Map() };
  for (const { path } of references) want(root, path);
  const size = { left: MAX_SIZE };
  const input: Record<string, CelJson> = Object.create(null);
  for (const [name, wanted] of root.children ?? []) {
    const value = pick(wanted, [name], { scope, size });
    if (value !== undefined) input[name] = value;
  }
  return input;
}

function want(root: Wanted, path: Path): void {
  let at = root;
  for (const segment of path) {
    if (at.children === undefined) return;
    let next = at.children.get(segment);
    if (next === undefined) {
      next = { children: new Map() };
      at.children.set(segment, next);
    }
    at = next;
  }
  at.children = undefined;
}

interface Picking {
  readonly scope: Scope;
  readonly size: Size;
}

interface Size {
  left: number;
}

function pick({ children }: Wanted, path: Path, of: Picking): CelJson | undefined {
  const value = lookUp(path, of.scope);
  if (value === undefined) return undefined;
  if (children === undefined || typeof value !== 'object' || value === null || Array.isArray(value))
    return convert(value, of.size, 0);
  const picked = new Map<string, CelJson>();
  for (const [segment, wanted] of children) {
    const member = pick(wanted, [...path, segment], of);
    if (member !== undefined) picked.set(String(segment), member);
  }
  return picked;
}

function convert(value: Json, size: Size, depth: number): CelJson {
  size.left -= typeof value === 'string' ? value.length + 1 : 1;
  if (size.left < 0 || depth > MAX_DEPTH)
    throw mistake('The condition', 'looks at too much data', 'Name the field that matters instead of a whole output.');
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => convert(item, size, depth + 1));
  const map = new Map<string, CelJson>();
  for (const key of Object.keys(value)) map.set(key, convert(value[key] ?? null, size, depth + 1));
  return map;
}
