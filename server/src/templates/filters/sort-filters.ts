import { badValue } from '../refusal.ts';
import { compareItems, compareValues, isEqual } from '../values/compare.ts';
import { itemsOf } from '../values/containers.ts';
import { flag } from '../values/expect.ts';
import type { Run } from '../values/run.ts';
import { Dict, List, Missing, Tuple, type Value } from '../values/value.ts';
import { attributeGetter, attributeGetters } from './attribute-getter.ts';
import { type Arg, type Filter, filter } from './filter.ts';
import { caseFold } from './sequence-filters.ts';

export const SORT_FILTERS: readonly (readonly [string, Filter])[] = [
  ['sort', filter('reverse case_sensitive attribute', 0, sort)],
  ['dictsort', filter('case_sensitive by reverse', 0, dictSort)],
  ['groupby', filter('attribute default case_sensitive', 1, groupBy)],
  ['min', filter('case_sensitive attribute', 0, (run, value, args) => extreme(run, value, { args, sign: -1 }))],
  ['max', filter('case_sensitive attribute', 0, (run, value, args) => extreme(run, value, { args, sign: 1 }))],
];

interface Keyed {
  readonly item: Value;
  readonly keys: readonly Value[];
}

/** Stable in both directions: what is equal stays in its order. */
function sortKeyed(run: Run, keyed: Keyed[], isReversed: boolean): Keyed[] {
  run.reserveItems(keyed.length);
  run.spend(keyed.length);
  const sign = isReversed ? -1 : 1;
  return keyed.sort((a, b) => sign * compareItems(run, a.keys, b.keys));
}

function sort(run: Run, value: Value, [reverse, caseSensitive, attribute]: readonly Arg[]): Value {
  const getters = attributeGetters(run, attribute);
  const fold = caseFold(caseSensitive);
  const keyed = itemsOf(run, value).map((item) => ({ item, keys: getters.map((get) => fold(get(item))) }));
  return new List(sortKeyed(run, keyed, flag(reverse)).map(({ item }) => item));
}

function dictSort(run: Run, value: Value, [caseSensitive, by = 'key', reverse]: readonly Arg[]): Value {
  if (!(value instanceof Dict)) throw badValue('"dictsort" takes a dict');
  if (by !== 'key' && by !== 'value') throw badValue('"dictsort" sorts by "key" or by "value"');
  const fold = caseFold(caseSensitive);
  const keyed = [...value.entries.values()].map(({ key, value: own }) => ({
    item: new Tuple([key, own]),
    keys: [fold(by === 'key' ? key : own)],
  }));
  return new List(sortKeyed(run, keyed, flag(reverse)).map(({ item }) => item));
}

function groupBy(run: Run, value: Value, [attribute, otherwise, caseSensitive]: readonly Arg[]): Value {
  const get = attributeGetter(run, attribute, otherwise);
  const fold = caseFold(caseSensitive);
  const keyed = itemsOf(run, value).map((item) => ({ item, keys: [fold(get(item))] }));
  const groups: { key: Value; items: Value[] }[] = [];
  for (const { item, keys } of sortKeyed(run, keyed, false)) {
    const key = keys[0] as Value;
    const group = groups.at(-1);
    if (group !== undefined && isEqual(run, group.key, key)) group.items.push(item);
    else groups.push({ key, items: [item] });
  }
  const named = groups.map(({ items }) => new Tuple([get(items[0] as Value), new List(items)], ['grouper', 'list']));
  return new List(named);
}

function extreme(run: Run, value: Value, { args, sign }: { args: readonly Arg[]; sign: number }): Value {
  const [caseSensitive, attribute] = args;
  const get = attributeGetter(run, attribute);
  const fold = caseFold(caseSensitive);
  const items = itemsOf(run, value);
  let [best] = items;
  if (best === undefined) return new Missing(() => 'there is nothing to choose from: the sequence is empty');
  let bestKey = fold(get(best));
  for (const item of items.slice(1)) {
    const key = fold(get(item));
    if (sign * compareValues(run, key, bestKey) > 0) [best, bestKey] = [item, key];
  }
  return best;
}
