import { badValue, unsupported } from '../refusal.ts';
import type { Run } from './run.ts';
import { Dict, type DictEntry, type DictKey, Float, List, type Value } from './value.ts';

const MAX_DEPTH = 100;

/**
 * Copies plain JSON data into a value; anything else, even a getter, is refused. JSON does not tell 2 from 2.0: a whole
 * number is an int, any other a float.
 */
export function fromJson(run: Run, data: unknown, depth = 0): Value {
  if (typeof data === 'string' || typeof data === 'boolean' || data === null) return data;
  if (typeof data === 'number') return fromNumber(data);
  if (typeof data !== 'object') throw badValue(`variables are JSON; a ${typeof data} is not`);
  if (depth === MAX_DEPTH) throw unsupported(`variables nested more than ${MAX_DEPTH} levels deep are not supported`);
  if (Array.isArray(data)) {
    run.reserveItems(data.length);
    const items: Value[] = [];
    for (let at = 0; at < data.length; at++) items.push(fromJson(run, ownValue(data, String(at)), depth + 1));
    return new List(items);
  }
  return fromObject(run, data, depth);
}

function fromObject(...[run, data, depth]: [Run, object, number]): Dict {
  const prototype = Object.getPrototypeOf(data);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw badValue('variables are JSON; objects of a class are not');
  const keys = Object.keys(data);
  run.reserveItems(keys.length);
  const entries = new Map<DictKey, DictEntry>();
  for (const key of keys) {
    const own = ownValue(data, key);
    if (own !== undefined) entries.set(key, { key, value: fromJson(run, own, depth + 1) });
  }
  return new Dict(entries);
}

/** Own data only: no prototype, and no code of a getter. */
export function ownValue(data: object, key: string): unknown {
  const property = Object.getOwnPropertyDescriptor(data, key);
  if (property === undefined) return undefined;
  if (!('value' in property)) throw badValue('variables are JSON; getters are not');
  return property.value;
}

function fromNumber(data: number): Value {
  if (!Number.isFinite(data)) throw badValue('variables are JSON; NaN and Infinity are not');
  if (!Number.isInteger(data)) return new Float(data);
  if (Number.isSafeInteger(data)) return data === 0 ? 0 : data;
  throw unsupported('whole numbers beyond 9007199254740991 are not supported; send it as a string');
}
