import { badValue } from '../refusal.ts';
import { bindArguments, type Signature } from '../values/bind-arguments.ts';
import { isEqual } from '../values/compare.ts';
import { assertUnlocked, itemOf, itemsOf, keyOf, makeDict, setEntry } from '../values/containers.ts';
import { expectInteger } from '../values/expect.ts';
import type { Run } from '../values/run.ts';
import { type CallArguments, Dict, DictView, List, Missing, type Tuple, type Value } from '../values/value.ts';

type Arg = Value | undefined;

interface Method<T> extends Signature {
  call(run: Run, value: T, args: readonly Arg[]): Value;
}

function method<T>(...[names, required, call]: [string, number, Method<T>['call']]): Method<T> {
  return { names: names === '' ? [] : names.split(' '), required, isPositionalOnly: true, call };
}

export const DICT_METHODS: ReadonlyMap<string, Method<Dict>> = new Map<string, Method<Dict>>([
  ['keys', method('', 0, (_run, dict) => new DictView(dict, 'keys'))],
  ['values', method('', 0, (_run, dict) => new DictView(dict, 'values'))],
  ['items', method('', 0, (_run, dict) => new DictView(dict, 'items'))],
  ['get', method('key default', 1, (run, dict, [key, otherwise]) => get(run, dict, { key, otherwise }))],
  ['copy', method('', 0, (run, dict) => copyDict(run, dict))],
  ['setdefault', method('key default', 1, setDefault)],
  ['pop', method('key default', 1, popKey)],
]);

export const LIST_METHODS: ReadonlyMap<string, Method<List>> = new Map<string, Method<List>>([
  ['append', method('item', 1, append)],
  ['extend', method('items', 1, extend)],
  ['insert', method('index item', 2, insert)],
  ['pop', method('index', 0, popItem)],
  ['index', method('item', 1, (run, list, [item]) => indexOf(run, list.items, item ?? null))],
  ['count', method('item', 1, (run, list, [item]) => countOf(run, list.items, item ?? null))],
  ['copy', method('', 0, (run, list) => new List([...itemsOf(run, list)]))],
]);

export const TUPLE_METHODS: ReadonlyMap<string, Method<Tuple>> = new Map<string, Method<Tuple>>([
  ['index', method('item', 1, (run, tuple, [item]) => indexOf(run, tuple.items, item ?? null))],
  ['count', method('item', 1, (run, tuple, [item]) => countOf(run, tuple.items, item ?? null))],
]);

/** `update` takes a dict and names, so its arguments are not bound. */
export function updateDict(run: Run, dict: Dict, { positional, named }: CallArguments): Value {
  assertUnlocked(dict);
  const [other, ...more] = positional;
  if (more.length > 0 || (other !== undefined && !(other instanceof Dict)))
    throw badValue('"update" takes one dict, and names');
  const pairs: [Value, Value][] = [...(other?.entries.values() ?? [])].map(({ key, value }) => [key, value]);
  for (const [key, value] of [...pairs, ...named]) {
    run.reserveItems(1);
    setEntry(run, { entries: dict.entries, key, value });
  }
  return null;
}

/** Calls a method that is in its table. */
export function callMethod<T>(
  run: Run,
  found: { method: Method<T>; name: string; value: T; args: CallArguments },
): Value {
  run.spend(1);
  return found.method.call(run, found.value, bindArguments(`the method "${found.name}"`, found.method, found.args));
}

function get(run: Run, dict: Dict, { key, otherwise }: { key: Arg; otherwise: Arg }): Value {
  const found = dict.entries.get(keyOf(run, key ?? null));
  return found === undefined ? (otherwise ?? null) : found.value;
}

function copyDict(run: Run, dict: Dict): Value {
  return makeDict(
    run,
    [...dict.entries.values()].map(({ key, value }) => [key, value] as const),
  );
}

function setDefault(run: Run, dict: Dict, [key = null, otherwise = null]: readonly Arg[]): Value {
  const found = dict.entries.get(keyOf(run, key));
  if (found !== undefined) return found.value;
  assertUnlocked(dict);
  run.reserveItems(1);
  setEntry(run, { entries: dict.entries, key, value: otherwise });
  return otherwise;
}

function popKey(run: Run, dict: Dict, [key = null, otherwise]: readonly Arg[]): Value {
  assertUnlocked(dict);
  const id = keyOf(run, key);
  const found = dict.entries.get(id);
  dict.entries.delete(id);
  if (found === undefined && otherwise === undefined) throw badValue('the dict has no such key to "pop"');
  return found === undefined ? (otherwise ?? null) : found.value;
}

function append(run: Run, list: List, [item = null]: readonly Arg[]): Value {
  assertUnlocked(list);
  run.reserveItems(1);
  list.items.push(item);
  return null;
}

function extend(run: Run, list: List, [items = null]: readonly Arg[]): Value {
  assertUnlocked(list);
  const more = itemsOf(run, items);
  run.reserveItems(more.length);
  for (const item of [...more]) list.items.push(item);
  return null;
}

function insert(run: Run, list: List, [index, item = null]: readonly Arg[]): Value {
  assertUnlocked(list);
  run.reserveItems(1);
  run.spend(list.items.length / 16);
  list.items.splice(expectInteger(index, 'the index'), 0, item);
  return null;
}

function popItem(run: Run, list: List, [index]: readonly Arg[]): Value {
  assertUnlocked(list);
  const at = expectInteger(index, 'the index', -1);
  const item = itemOf(run, list, at);
  if (item instanceof Missing) throw badValue('the list has no such item to "pop"');
  run.spend(list.items.length / 16);
  list.items.splice(at, 1);
  return item;
}

function indexOf(...[run, items, item]: [Run, readonly Value[], Value]): Value {
  const at = items.findIndex((candidate) => isEqual(run, candidate, item));
  if (at === -1) throw badValue('what is searched for is not there');
  return at;
}

function countOf(...[run, items, item]: [Run, readonly Value[], Value]): Value {
  return items.filter((candidate) => isEqual(run, candidate, item)).length;
}
