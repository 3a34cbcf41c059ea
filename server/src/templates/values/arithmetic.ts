import { badValue, Refusal, unsupported } from '../refusal.ts';
import type { ArithmeticOperator } from '../syntax/nodes.ts';
import { numberOf } from './compare.ts';
import { formatPercent } from './format-percent.ts';
import { missing } from './print.ts';
import type { Run } from './run.ts';
import { typeName } from './type-name.ts';
import { Escaped, Float, List, Missing, Tuple, type Value } from './value.ts';

/** Python's arithmetic. Whole numbers stay within 53 bits; what would leave them is refused, not rounded. */
export function calculate(run: Run, operator: ArithmeticOperator, [left, right]: readonly [Value, Value]): Value {
  run.spend(1);
  if (left instanceof Missing) throw missing(left);
  if (operator === '%' && typeof left === 'string') return formatPercent(run, left, right);
  if (right instanceof Missing) throw missing(right);
  const a = numberOf(left);
  const b = numberOf(right);
  if (a !== undefined && b !== undefined) {
    const isFloat = left instanceof Float || right instanceof Float;
    return isFloat ? new Float(floats(operator, a, b)) : integers(operator, a, b);
  }
  return operator === '+'
    ? join(run, left, right)
    : operator === '*'
      ? repeat(run, left, right)
      : refuse(operator, left, right);
}

function refuse(...[operator, left, right]: [string, Value, Value]): never {
  if (left instanceof Escaped || right instanceof Escaped)
    throw unsupported(`"${operator}" does not take an escaped text; escape last`);
  const hint = operator === '+' ? '; "~" joins anything as text' : '';
  throw badValue(`"${operator}" cannot be done with ${typeName(left)} and ${typeName(right)}${hint}`);
}

function join(...[run, left, right]: [Run, Value, Value]): Value {
  if (typeof left === 'string' && typeof right === 'string') {
    run.reserve(left.length + right.length);
    return left + right;
  }
  const isLists = left instanceof List && right instanceof List;
  if (!isLists && !(left instanceof Tuple && right instanceof Tuple)) return refuse('+', left, right);
  run.reserveItems(left.items.length + right.items.length);
  const items = [...left.items, ...right.items];
  return isLists ? new List(items) : new Tuple(items);
}

function repeat(...[run, left, right]: [Run, Value, Value]): Value {
  const isLeftCount = typeof left === 'number' || typeof left === 'boolean';
  const [value, count] = isLeftCount ? [right, left] : [left, right];
  if (typeof count !== 'number' && typeof count !== 'boolean') return refuse('*', left, right);
  const times = Math.max(0, Number(count));
  if (typeof value === 'string') {
    run.reserve(value.length * times);
    return value === '' ? '' : value.repeat(times);
  }
  if (!(value instanceof List) && !(value instanceof Tuple)) return refuse('*', left, right);
  run.reserveItems(value.items.length * times);
  const items: Value[] = [];
  if (value.items.length > 0) for (let turn = 0; turn < times; turn++) items.push(...value.items);
  return value instanceof List ? new List(items) : new Tuple(items);
}

function floats(...[operator, a, b]: [ArithmeticOperator, number, number]): number {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (operator === '**') {
    throw unsupported('"**" takes whole numbers only: powers of floats differ between machines in their last digit');
  }
  if (b === 0) throw new Refusal('value', 'division by zero');
  if (operator === '/') return a / b;
  return operator === '%' ? floatRemainder(a, b) : floatFloor(a, b);
}

/** The remainder has the sign of the divisor. */
function floatRemainder(a: number, b: number): number {
  const remainder = a % b;
  if (remainder === 0) return b < 0 ? -0 : 0;
  return remainder < 0 === b < 0 ? remainder : remainder + b;
}

function floatFloor(a: number, b: number): number {
  let remainder = a % b;
  let quotient = (a - remainder) / b;
  if (remainder !== 0 && remainder < 0 !== b < 0) {
    remainder += b;
    quotient -= 1;
  }
  if (quotient === 0) return Object.is(a / b, -0) || a / b < 0 ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function integers(...[operator, a, b]: [ArithmeticOperator, number, number]): Value {
  if (operator === '/' || operator === '//' || operator === '%') {
    if (b === 0) throw new Refusal('value', 'division by zero');
    if (operator === '/') return new Float(a / b);
    const remainder = a % b;
    const isMixed = remainder !== 0 && remainder < 0 !== b < 0;
    if (operator === '%') return whole(isMixed ? remainder + b : remainder);
    return whole((a - remainder) / b - (isMixed ? 1 : 0));
  }
  if (operator === '+') return whole(a + b);
  if (operator === '-') return whole(a - b);
  return whole(operator === '*' ? a * b : power(a, b));
}

function power(base: number, exponent: number): number {
  if (exponent < 0) throw unsupported('"**" with a negative exponent is not supported; divide instead');
  if (base === 0 || base === 1 || exponent === 0) return exponent === 0 ? 1 : base;
  if (base === -1) return exponent % 2 === 0 ? 1 : -1;
  let result = 1;
  for (let turn = 0; turn < exponent && Number.isSafeInteger(result); turn++) result *= base;
  return result;
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw unsupported('whole numbers beyond 9007199254740991 are not supported');
  return value === 0 ? 0 : value;
}

export function negate(run: Run, value: Value): Value {
  run.spend(1);
  if (value instanceof Float) return new Float(-value.value);
  return signed(value, -1);
}

export function plus(run: Run, value: Value): Value {
  run.spend(1);
  return value instanceof Float ? value : signed(value, 1);
}

function signed(value: Value, sign: number): Value {
  if (value instanceof Missing) throw missing(value);
  const number = numberOf(value);
  if (number === undefined) throw badValue(`${typeName(value)} has no sign`);
  return whole(sign * number);
}
