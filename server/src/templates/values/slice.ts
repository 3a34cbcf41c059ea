import { badValue, unsupported } from '../refusal.ts';
import { charactersOf, isSimple } from './code-points.ts';
import { missing } from './print.ts';
import type { Run } from './run.ts';
import { typeName } from './type-name.ts';
import { List, Missing, Tuple, type Value } from './value.ts';

export interface Bounds {
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
}

/** Python's `value[start:stop:step]` of texts, lists and tuples. */
export function slice(run: Run, value: Value, bounds: Bounds): Value {
  if (typeof value === 'string') {
    run.reserve(value.length);
    const characters = isSimple(value) ? value : charactersOf(value);
    const indices = indicesOf(run, bounds, characters.length);
    if (indices.isWhole && typeof characters === 'string') return characters.slice(indices.start, indices.stop);
    return pick(indices, characters).join('');
  }
  if (value instanceof Missing) throw missing(value);
  if (!(value instanceof List) && !(value instanceof Tuple)) {
    throw unsupported(`${typeName(value)} cannot be sliced; use the filter "list" first`);
  }
  const items = pick(indicesOf(run, bounds, value.items.length), value.items);
  run.reserveItems(items.length);
  return value instanceof List ? new List(items) : new Tuple(items);
}

interface Indices {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  /** Every item from start to stop. */
  readonly isWhole: boolean;
}

function indicesOf(run: Run, { start, stop, step }: Bounds, length: number): Indices {
  const by = readIndex(step) ?? 1;
  if (by === 0) throw badValue('the step of a slice cannot be 0');
  run.spend(1);
  const [lowest, highest] = by > 0 ? [0, length] : [-1, length - 1];
  const clamp = (index: number) => Math.min(Math.max(index < 0 ? index + length : index, lowest), highest);
  const from = readIndex(start);
  const to = readIndex(stop);
  const first = from === undefined ? (by > 0 ? 0 : length - 1) : clamp(from);
  const last = to === undefined ? (by > 0 ? length : -1) : clamp(to);
  return { start: first, stop: Math.max(last, by > 0 ? first : last), step: by, isWhole: by === 1 };
}

function readIndex(value: Value): number | undefined {
  if (value === null) return undefined;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Missing) throw missing(value);
  throw badValue(`slices take whole numbers, not ${typeName(value)}`);
}

function pick<T>({ start, stop, step }: Indices, from: ArrayLike<T>): T[] {
  const picked: T[] = [];
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) picked.push(from[at] as T);
  return picked;
}
