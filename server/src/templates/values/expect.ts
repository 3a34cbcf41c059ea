import { badValue } from '../refusal.ts';
import { numberOf } from './compare.ts';
import { isTrue } from './containers.ts';
import { missing } from './print.ts';
import { typeName } from './type-name.ts';
import { Float, Missing, type Value } from './value.ts';

/** A whole number (a bool is one); `fallback` when it was left out. */
export function expectInteger(value: Value | undefined, what: string, fallback?: number): number {
  if (value === undefined && fallback !== undefined) return fallback;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Missing) throw missing(value);
  throw badValue(`${what} has to be an int, not ${value === undefined ? 'missing' : typeName(value)}`);
}

/** Any number. */
export function expectNumber(value: Value, what: string): { number: number; isFloat: boolean } {
  const number = numberOf(value);
  if (number !== undefined) return { number, isFloat: value instanceof Float };
  if (value instanceof Missing) throw missing(value);
  throw badValue(`${what} has to be a number, not ${typeName(value)}`);
}

/** Whether a flag is set; left out means no. */
export function flag(value: Value | undefined): boolean {
  return value !== undefined && isTrue(value);
}
