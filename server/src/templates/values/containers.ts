import { didYouMean } from '../did-you-mean.ts';
import { badValue, type Refusal, unsupported } from '../refusal.ts';
import { charactersOf } from './code-points.ts';
import { isEqual, numberOf } from './compare.ts';
import { missing } from './print.ts';
import type { Run } from './run.ts';
import { typeName } from './type-name.ts';
import {
  Dict,
  type DictEntry,
  type DictKey,
  DictView,
  Escaped,
  Float,
  List,
  Missing,
  Namespace,
  Range,
  Stream,
  Tuple,
  type Value,
} from './value.ts';

/** Python's `bool(value)`. */
export function isTrue(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value !== '';
  if (value === null) return false;
  if (typeof value === 'number') return value !== 0;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Missing) {
    if (value.isLenient) return false;
    throw missing(value);
  }
  if (value instanceof Escaped) return value.text !== '';
  return sizeOf(value) !== 0;
}

/** Items of a container; undefined for what has no length. */
export function sizeOf(value: Value): number | undefined {
  if (value instanceof List || value instanceof Tuple) return value.items.length;
  if (value instanceof Dict) return value.entries.size;
  if (value instanceof DictView) return value.dict.entries.size;
  return value instanceof Range ? value.length : undefined;
}

/** What `for` goes over. A stream is used up. */
export function itemsOf(run: Run, value: Value): readonly Value[] {
  if (value instanceof List || value instanceof Tuple) return paid(run, value.items);
  if (value instanceof Dict)
    return paid(
      run,
      [...value.entries.values()].map(({ key }) => key),
      value.entries.size,
    );
  if (value instanceof DictView) return viewItems(run, value);
  if (value instanceof Stream) return paid(run, value.drain());
  if (value instanceof Range) return rangeItems(run, value);
  if (typeof value === 'string') {
    run.reserveItems(value.length);
    return charactersOf(value);
  }
  if (value instanceof Missing && value.isLenient) return [];
  if (value instanceof Missing) throw missing(value);
  throw badValue(`${typeName(value)} cannot be gone over`);
}

function paid(run: Run, items: readonly Value[], copied = 0): readonly Value[] {
  run.spend(items.length);
  if (copied > 0) run.reserve(copied);
  return items;
}

function viewItems(run: Run, { dict, of }: DictView): readonly Value[] {
  run.reserveItems(dict.entries.size);
  const entries = [...dict.entries.values()];
  if (of === 'keys') return entries.map(({ key }) => key);
  if (of === 'values') return entries.map(({ value }) => value);
  return entries.map(({ key, value }) => new Tuple([key, value]));
}

function rangeItems(run: Run, { start, step, length }: Range): readonly Value[] {
  run.reserveItems(length);
  return Array.from({ length }, (_, at) => start + at * step);
}

/** Items that are looked at later: until then their list must not change. */
export function heldItems(run: Run, value: Value): readonly Value[] {
  const items = itemsOf(run, value);
  hold(value);
  return items;
}

function hold(value: Value): void {
  if (value instanceof List || value instanceof Dict) value.isLocked = true;
  else if (value instanceof DictView) value.dict.isLocked = true;
  else if (value instanceof Stream) value.isHeld = true;
}

/** Does something with every item; what is gone over cannot be changed or gone over elsewhere meanwhile. */
export function whileHeld(value: Value, body: () => void): void {
  const locked = value instanceof DictView ? value.dict : value;
  if (locked instanceof List || locked instanceof Dict) {
    const { isLocked } = locked;
    locked.isLocked = true;
    body();
    locked.isLocked = isLocked;
  } else if (value instanceof Stream) {
    value.isHeld = true;
    body();
    value.isHeld = false;
  } else body();
}

/** Keys that are equal in Python are one key here. */
export function keyOf(run: Run, value: Value): DictKey {
  if (typeof value === 'string') {
    run.read(value.length);
    return value;
  }
  if (value === null) return null;
  const number = numberOf(value);
  if (number !== undefined && !Number.isNaN(number)) return number;
  if (value instanceof Missing) throw missing(value);
  throw unsupported(`${typeName(value)} cannot be the key of a dict`);
}

export function makeDict(run: Run, pairs: Iterable<readonly [Value, Value]>): Dict {
  const entries = new Map<DictKey, DictEntry>();
  for (const [key, value] of pairs) {
    run.reserveItems(1);
    setEntry(run, { entries, key, value });
  }
  return new Dict(entries);
}

/** The first of equal keys stays, with the last value. */
export function setEntry(run: Run, of: { entries: Map<DictKey, DictEntry>; key: Value; value: Value }): void {
  const key = keyOf(run, of.key);
  of.entries.set(key, { key: of.entries.get(key)?.key ?? of.key, value: of.value });
}

/** Python's `needle in container`. */
export function contains(run: Run, container: Value, needle: Value): boolean {
  if (typeof container === 'string') {
    if (needle instanceof Missing) throw missing(needle);
    if (typeof needle !== 'string') throw badValue(`${typeName(needle)} cannot be in a str`);
    run.read(container.length + needle.length);
    return container.includes(needle);
  }
  if (container instanceof Dict) return container.entries.has(keyOf(run, needle));
  if (container instanceof DictView && container.of === 'keys') return container.dict.entries.has(keyOf(run, needle));
  if (container instanceof Stream)
    throw unsupported('"in" uses up what can be gone over once; use the filter "list" first');
  return itemsOf(run, container).some(
    (item) => (item === needle && typeof item === 'object') || isEqual(run, item, needle),
  );
}

/** `value[key]` for anything but a slice; Missing when there is no such item. */
export function itemOf(run: Run, value: Value, key: Value): Value {
  if (key instanceof Missing) throw missing(key);
  if (value instanceof Dict) {
    const found = value.entries.get(keyOf(run, key));
    if (found !== undefined) return found.value;
    if (typeof key === 'string') rejectMethod(key, value);
    return new Missing(() => `the dict has no item ${describeKey(key)}`);
  }
  if (value instanceof Missing) throw missing(value);
  const index = typeof key === 'boolean' ? Number(key) : key;
  if (typeof index === 'number' && !(value instanceof Namespace)) return itemAt(run, value, index);
  throw unsupported(`${typeName(value)} has no item ${describeKey(key)}; its methods are written with a point`);
}

const METHODS_OF_DICTS = new Set('clear copy fromkeys get items keys pop popitem setdefault update values'.split(' '));

/** Python finds methods by item, too. */
function rejectMethod(key: string, value: Dict): void {
  if (METHODS_OF_DICTS.has(key) || key.startsWith('__')) {
    throw unsupported(`${typeName(value)} has no item ${describeKey(key)}, which is also the name of a method`);
  }
}

/** Keys are data, except when they look like a name. */
function describeKey(key: Value): string {
  if (typeof key === 'number') return String(key);
  return typeof key === 'string' && isNameLike(key) ? JSON.stringify(key) : 'by that key';
}

function isNameLike(text: string): boolean {
  return /^[A-Za-z_]\w{0,39}$/.test(text);
}

function itemAt(run: Run, value: Value, index: number): Value {
  const size = typeof value === 'string' ? undefined : sizeOf(value);
  if (typeof value === 'string' || value instanceof List || value instanceof Tuple || value instanceof Range) {
    if (typeof value === 'string') run.reserve(value.length);
    const items = typeof value === 'string' ? charactersOf(value) : value;
    const length = size ?? (items as string[]).length;
    const at = index < 0 ? index + length : index;
    if (at < 0 || at >= length) return new Missing(() => `${typeName(value)} of ${length} has no item ${index}`);
    if (items instanceof Range) return items.start + at * items.step;
    return (Array.isArray(items) ? items[at] : (items as List).items[at]) as Value;
  }
  throw badValue(`${typeName(value)} has no items`);
}

/** What is not there by that name, with the name that was probably meant. */
export function missingAttribute(value: Value, name: string): Missing {
  return new Missing(() => `${typeName(value)} has no "${name}"${didYouMean(name, namesOf(value))}`);
}

function namesOf(value: Value): readonly string[] {
  if (value instanceof Namespace) return [...value.attributes.keys()];
  return value instanceof Dict ? [...value.entries.keys()].filter((key) => typeof key === 'string') : [];
}

/** Refuses to change what is being gone over. */
export function assertUnlocked(value: List | Dict): void {
  if (value.isLocked) throw lockedError(value);
}

function lockedError(value: List | Dict): Refusal {
  return unsupported(
    `${typeName(value)} cannot be changed here: something goes over it; make a copy with the filter "list"`,
  );
}
