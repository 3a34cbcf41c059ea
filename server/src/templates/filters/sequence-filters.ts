import { reversed } from '../methods/string-methods.ts';
import { badValue, unsupported } from '../refusal.ts';
import { calculate } from '../values/arithmetic.ts';
import { lengthOf } from '../values/code-points.ts';
import { heldItems, itemsOf, keyOf, sizeOf } from '../values/containers.ts';
import { expectInteger } from '../values/expect.ts';
import { missing, print } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import { typeName } from '../values/type-name.ts';
import { Dict, DictView, Escaped, Float, List, Missing, Stream, type Value } from '../values/value.ts';
import { attributeGetter } from './attribute-getter.ts';
import { exactSum } from './exact-sum.ts';
import { type Arg, type Filter, filter } from './filter.ts';

export const SEQUENCE_FILTERS: readonly (readonly [string, Filter])[] = [
  ['length', filter('', 0, length)],
  ['count', filter('', 0, length)],
  ['first', filter('', 0, first)],
  ['last', filter('', 0, last)],
  ['list', filter('', 0, toList)],
  ['items', filter('', 0, items)],
  ['reverse', filter('', 0, reverse)],
  ['join', filter('d attribute', 0, join)],
  ['batch', filter('linecount fill_with', 1, batch)],
  ['slice', filter('slices fill_with', 1, slices)],
  ['sum', filter('attribute start', 0, sum)],
  ['unique', filter('case_sensitive attribute', 0, unique)],
];

function length(run: Run, value: Value): Value {
  if (typeof value === 'string' || value instanceof Escaped) {
    const text = typeof value === 'string' ? value : value.text;
    run.read(text.length);
    return lengthOf(text);
  }
  if (value instanceof Missing) throw missing(value);
  const size = sizeOf(value);
  if (size === undefined) throw badValue(`${typeName(value)} has no length`);
  return size;
}

function first(run: Run, value: Value): Value {
  const found = value instanceof Stream ? value.next() : itemsOf(run, value)[0];
  return found === undefined ? nothing('first') : found;
}

function last(run: Run, value: Value): Value {
  if (value instanceof Stream)
    throw badValue('what can be gone over once has no last item; use the filter "list" first');
  const found = itemsOf(run, value).at(-1);
  return found === undefined ? nothing('last') : found;
}

function nothing(which: string): Missing {
  return new Missing(() => `there is no ${which} item: the sequence is empty`);
}

function toList(run: Run, value: Value): Value {
  const all = itemsOf(run, value);
  run.reserveItems(all.length);
  return new List([...all]);
}

function items(run: Run, value: Value): Value {
  if (value instanceof Missing) return new Stream([]);
  if (!(value instanceof Dict)) throw badValue(`"items" takes a dict, not ${typeName(value)}`);
  return new Stream(heldItems(run, new DictView(value, 'items')));
}

function reverse(run: Run, value: Value): Value {
  if (typeof value === 'string') {
    run.reserveItems(value.length);
    return reversed(value);
  }
  if (value instanceof Stream) {
    const left = [...itemsOf(run, value)].reverse();
    run.reserveItems(left.length);
    return new List(left);
  }
  const all = heldItems(run, value);
  run.reserveItems(all.length);
  return new Stream([...all].reverse());
}

function join(run: Run, value: Value, [separator = '', attribute]: readonly Arg[]): Value {
  const get = attributeGetter(run, attribute);
  const between = print(run, separator);
  const texts: string[] = [];
  for (const item of itemsOf(run, value)) {
    const text = print(run, get(item));
    run.reserve(text.length + between.length);
    run.spend(1);
    texts.push(text);
  }
  return texts.join(between);
}

function batch(run: Run, value: Value, [count, fillWith = null]: readonly Arg[]): Value {
  const size = expectInteger(count, 'the size of a batch');
  if (size < 1) throw unsupported('batches have at least 1 item');
  const all = heldItems(run, value);
  run.reserveItems(all.length);
  const batches: List[] = [];
  for (let at = 0; at < all.length; at += size) batches.push(new List(all.slice(at, at + size)));
  const last = batches.at(-1);
  if (last !== undefined && fillWith !== null) {
    run.reserveItems(size - last.items.length);
    while (last.items.length < size) last.items.push(fillWith);
  }
  return new Stream(batches);
}

function slices(run: Run, value: Value, [count, fillWith = null]: readonly Arg[]): Value {
  const number = expectInteger(count, 'the number of slices');
  if (number < 1) throw unsupported('there is at least 1 slice');
  const all = heldItems(run, value);
  run.reserveItems(all.length + number);
  const size = Math.floor(all.length / number);
  const withExtra = all.length % number;
  const lists: List[] = [];
  let from = 0;
  for (let at = 0; at < number; at++) {
    const to = from + size + (at < withExtra ? 1 : 0);
    const own = all.slice(from, to);
    if (fillWith !== null && at >= withExtra) own.push(fillWith);
    lists.push(new List(own));
    from = to;
  }
  return new Stream(lists);
}

function sum(run: Run, value: Value, [attribute, start = 0]: readonly Arg[]): Value {
  if (typeof start === 'string') throw badValue('"sum" does not add texts; use "join"');
  const get = attributeGetter(run, attribute);
  const values = itemsOf(run, value).map(get);
  let total: Value = start;
  for (const item of values) total = calculate(run, '+', [total, item]);
  if (total instanceof Float) exactSum([start, ...values], total.value);
  return total;
}

function unique(run: Run, value: Value, [caseSensitive, attribute]: readonly Arg[]): Value {
  const get = attributeGetter(run, attribute);
  const fold = caseFold(caseSensitive);
  const seen = new Set<unknown>();
  const kept: Value[] = [];
  for (const item of heldItems(run, value)) {
    const key = keyOf(run, fold(get(item)));
    run.reserveItems(1);
    if (!seen.has(key)) kept.push(item);
    seen.add(key);
  }
  return new Stream(kept);
}

/** What is compared when case does not count: texts in lower case, all else as it is. */
export function caseFold(caseSensitive: Arg): (value: Value) => Value {
  if (caseSensitive === true) return (value) => value;
  if (caseSensitive !== undefined && caseSensitive !== false) throw unsupported('"case_sensitive" is true or false');
  return (value) => {
    if (value instanceof Escaped) throw unsupported('an escaped text cannot be compared; escape last');
    return typeof value === 'string' ? value.toLowerCase() : value;
  };
}
