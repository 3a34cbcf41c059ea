import type { RE2JS } from 're2js';

/** A value of VRL: integers are bigint and floats number, because VRL tells them apart. */
export type VrlValue = string | bigint | number | boolean | null | RE2JS | VrlValue[] | { [key: string]: VrlValue };

/** Kinds of values, as bits of a set. */
export const BYTES = 1;
export const INTEGER = 2;
export const FLOAT = 4;
export const BOOLEAN = 8;
export const NULL = 16;
export const OBJECT = 32;
export const ARRAY = 64;
export const REGEX = 128;
export const TIMESTAMP = 256;
export const ANY = BYTES | INTEGER | FLOAT | BOOLEAN | NULL | OBJECT | ARRAY | TIMESTAMP;
export const NUMBER = INTEGER | FLOAT;

export function kindOf(value: VrlValue): number {
  if (value === null) return NULL;
  if (typeof value === 'string') return BYTES;
  if (typeof value === 'bigint') return INTEGER;
  if (typeof value === 'number') return FLOAT;
  if (typeof value === 'boolean') return BOOLEAN;
  if (Array.isArray(value)) return ARRAY;
  return Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null ? OBJECT : REGEX;
}

/** Every value of `kind` is also of `wanted`. */
export function isWithin(kind: number, wanted: number): boolean {
  return (kind & ~wanted) === 0;
}

/** JSON as VRL sees it: whole numbers are integers. */
export function toVrl(value: unknown): VrlValue {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (Array.isArray(value)) return value.map(toVrl);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toVrl(inner)]));
  }
  return null;
}

export function fromVrl(value: VrlValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(fromVrl);
  if (kindOf(value) !== OBJECT) return value;
  return Object.fromEntries(Object.entries(value as object).map(([key, inner]) => [key, fromVrl(inner)]));
}

/** What a VRL program knows while it is compiled: kinds of variables, and of event paths that it has written. */
export class TypeState {
  readonly variables: Map<string, number>;
  readonly paths: Map<string, number>;

  constructor(variables = new Map<string, number>(), paths = new Map<string, number>()) {
    this.variables = variables;
    this.paths = paths;
  }

  copy(): TypeState {
    return new TypeState(new Map(this.variables), new Map(this.paths));
  }

  kindOfPath(path: readonly string[]): number {
    return path.length === 0 ? OBJECT : (this.paths.get(keyOf(path)) ?? ANY);
  }

  setPath(path: readonly string[], kind: number): void {
    const key = keyOf(path);
    for (const known of this.paths.keys()) {
      if (known.startsWith(`${key}\0`) || key.startsWith(`${known}\0`)) this.paths.delete(known);
    }
    this.paths.set(key, kind);
  }

  /** What holds whichever of two branches ran. A variable of one branch only may be null afterwards. */
  become(one: TypeState, other: TypeState): void {
    this.variables.clear();
    for (const name of new Set([...one.variables.keys(), ...other.variables.keys()])) {
      this.variables.set(name, (one.variables.get(name) ?? NULL) | (other.variables.get(name) ?? NULL));
    }
    this.paths.clear();
    for (const [key, kind] of one.paths) {
      const else_ = other.paths.get(key);
      if (else_ !== undefined) this.paths.set(key, kind | else_);
    }
  }
}

function keyOf(path: readonly string[]): string {
  return path.join('\0');
}
