import { badValue, unsupported } from '../refusal.ts';
import { numberOf } from '../values/compare.ts';
import { expectInteger, expectNumber, flag } from '../values/expect.ts';
import { formatFloat } from '../values/format-number.ts';
import { missing } from '../values/print.ts';
import { readFloat, readInteger } from '../values/read-number.ts';
import { roundDecimal } from '../values/round-decimal.ts';
import type { Run } from '../values/run.ts';
import { Escaped, Float, Missing, type Value } from '../values/value.ts';
import { type Arg, type Filter, filter } from './filter.ts';

export const NUMBER_FILTERS: readonly (readonly [string, Filter])[] = [
  ['abs', filter('', 0, (_run, value) => absolute(value))],
  ['int', filter('default base', 0, toInteger)],
  ['float', filter('default', 0, toFloat)],
  ['round', filter('precision method', 0, round)],
  ['filesizeformat', filter('binary', 0, fileSize)],
];

function absolute(value: Value): Value {
  const { number, isFloat } = expectNumber(value, 'what "abs" takes');
  return isFloat ? new Float(Math.abs(number)) : Math.abs(number);
}

function toInteger(run: Run, value: Value, [otherwise = 0, base]: readonly Arg[]): Value {
  run.spend(1);
  if (value instanceof Missing) throw missing(value);
  if (base !== undefined && base !== 10) throw unsupported('"int" with another base than 10 is not supported');
  const number = numberOf(value);
  if (number !== undefined) return truncated(number);
  if (typeof value !== 'string' && !(value instanceof Escaped)) return otherwise;
  const text = typeof value === 'string' ? value : value.text;
  const float = readInteger(text) ?? readFloat(text);
  return float === undefined ? otherwise : truncated(float);
}

function truncated(number: number): number {
  const whole = Math.trunc(number);
  if (!Number.isSafeInteger(whole)) throw unsupported('numbers beyond 9007199254740991 cannot become an int');
  return whole === 0 ? 0 : whole;
}

function toFloat(run: Run, value: Value, [otherwise = new Float(0)]: readonly Arg[]): Value {
  run.spend(1);
  if (value instanceof Missing) throw missing(value);
  const number = numberOf(value);
  if (number !== undefined) return new Float(number);
  if (typeof value !== 'string' && !(value instanceof Escaped)) return otherwise;
  const read = readFloat(typeof value === 'string' ? value : value.text);
  return read === undefined ? otherwise : new Float(read);
}

/** Rounding is done with exact digits. */
const EXACT_STEPS = 20;
/** More digits than any float has, before or after its point. */
const MOST_PLACES = 300;

function round(run: Run, value: Value, [precision, method = 'common']: readonly Arg[]): Value {
  const { number, isFloat } = expectNumber(value, 'what is rounded');
  const places = expectInteger(precision, 'the precision', 0);
  run.spend(EXACT_STEPS);
  if (Math.abs(places) > MOST_PLACES) throw unsupported(`rounding to more than ${MOST_PLACES} places is not supported`);
  if (method === 'ceil' || method === 'floor') return roundTo(method, { number, isFloat, places });
  if (method !== 'common') throw badValue('the method of rounding is "common", "ceil" or "floor"');
  if (!isFloat && places >= 0) return number;
  if (!Number.isFinite(number)) return value;
  const magnitude = Number(`${roundDecimal(number, places)}e${-places}`);
  const rounded = number < 0 || Object.is(number, -0) ? -magnitude : magnitude;
  return isFloat ? new Float(rounded) : truncated(rounded);
}

function roundTo(method: 'ceil' | 'floor', of: { number: number; isFloat: boolean; places: number }): Value {
  if (of.places < 0 || of.places > 15) throw unsupported(`"${method}" takes 0 to 15 places`);
  const factor = 10 ** of.places;
  const scaled = of.number * factor;
  if (!Number.isFinite(scaled)) throw badValue('inf and nan cannot be rounded');
  if (!of.isFloat && !Number.isSafeInteger(scaled))
    throw unsupported('whole numbers beyond 9007199254740991 are not supported');
  const whole = method === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled);
  return new Float((whole === 0 ? 0 : whole) / factor);
}

const PREFIXES = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

function fileSize(run: Run, value: Value, [binary]: readonly Arg[]): Value {
  const size = toFloat(run, value, [null]);
  if (!(size instanceof Float)) throw badValue('a size has to be a number');
  if (!Number.isFinite(size.value)) throw badValue('a size has to be finite');
  const base = flag(binary) ? 1024 : 1000;
  if (size.value === 1) return '1 Byte';
  if (size.value < base) return `${truncated(size.value)} Bytes`;
  let unit = base;
  for (const [at, prefix] of PREFIXES.entries()) {
    unit *= base;
    if (size.value >= unit && at < PREFIXES.length - 1) continue;
    const shown = formatFloat((base * size.value) / unit, { kind: 'f', isUpper: false, places: 1, isAlternate: false });
    return `${shown} ${flag(binary) ? `${prefix.toUpperCase()}i` : prefix}B`;
  }
  return null;
}
