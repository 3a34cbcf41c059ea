import { badValue, type Refusal, unsupported } from '../refusal.ts';
import { compareText } from './code-points.ts';
import { missing } from './print.ts';
import type { Run } from './run.ts';
import { typeName } from './type-name.ts';
import { Dict, DictView, Escaped, Float, List, Missing, Range, Tuple, type Value } from './value.ts';

/** The number of an int, a float or a bool, which is 0 or 1. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof Float ? value.value : undefined;
}

/** Python's `==`. */
export function isEqual(run: Run, left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    run.read(Math.min(left.length, right.length));
    return left === right;
  }
  run.spend(1);
  if (left instanceof Missing) throw missing(left);
  if (right instanceof Missing) throw missing(right);
  if (left instanceof Escaped || right instanceof Escaped) throw escapedCompared();
  const number = numberOf(left);
  if (number !== undefined) return number === numberOf(right);
  if (left === null || typeof left === 'string') return left === right;
  return isEqualContainer(run, left, right);
}

function isEqualContainer(run: Run, left: Exclude<Value, string | null>, right: Value): boolean {
  if ((left instanceof List && right instanceof List) || (left instanceof Tuple && right instanceof Tuple)) {
    return (
      left === right ||
      (left.items.length === right.items.length &&
        left.items.every((item, at) => isSame(item, right.items[at]) || isEqual(run, item, right.items[at] as Value)))
    );
  }
  if (left instanceof Dict && right instanceof Dict) return left === right || isEqualDict(run, left, right);
  if (left instanceof Range || left instanceof DictView) {
    if (typeof right === 'object' && right !== null && right.constructor === left.constructor) {
      throw unsupported(`comparing ${typeName(left)} is not supported; use the filter "list"`);
    }
  }
  return left === right;
}

/** Python takes an item for equal to itself without asking it. */
function isSame(left: Value, right: Value | undefined): boolean {
  return left === right && typeof left === 'object';
}

function isEqualDict(run: Run, left: Dict, right: Dict): boolean {
  if (left.entries.size !== right.entries.size) return false;
  for (const [key, { value }] of left.entries) {
    const other = right.entries.get(key);
    if (other === undefined || !(isSame(value, other.value) || isEqual(run, value, other.value))) return false;
  }
  return true;
}

/** Python's order: negative when `left` comes first. Refuses values that have no order. */
export function compareValues(run: Run, left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') {
    run.read(Math.min(left.length, right.length));
    return compareText(left, right);
  }
  run.spend(1);
  const a = numberOf(left);
  const b = numberOf(right);
  if (a !== undefined && b !== undefined) {
    if (Number.isNaN(a) || Number.isNaN(b)) throw unsupported('nan has no order');
    return a - b === 0 || a === b ? 0 : a < b ? -1 : 1;
  }
  const isBothLists = left instanceof List && right instanceof List;
  if (isBothLists || (left instanceof Tuple && right instanceof Tuple))
    return compareItems(run, left.items, right.items);
  if (left instanceof Missing) throw missing(left);
  if (right instanceof Missing) throw missing(right);
  if (left instanceof Escaped || right instanceof Escaped) throw escapedCompared();
  throw badValue(`${typeName(left)} and ${typeName(right)} have no order`);
}

function escapedCompared(): Refusal {
  return unsupported('an escaped text cannot be compared; escape last');
}

/** Item by item; the first that differs decides. */
export function compareItems(run: Run, left: readonly Value[], right: readonly Value[]): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const [a, b] = [left[at] as Value, right[at] as Value];
    if (!isSame(a, b) && !isEqual(run, a, b)) return compareValues(run, a, b);
  }
  return left.length - right.length;
}
