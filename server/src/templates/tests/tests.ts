import { didYouMean } from '../did-you-mean.ts';
import { badValue, Refusal, unsupported } from '../refusal.ts';
import { calculate } from '../values/arithmetic.ts';
import { bindArguments, type Signature } from '../values/bind-arguments.ts';
import { compareValues, isEqual, numberOf } from '../values/compare.ts';
import { contains, sizeOf } from '../values/containers.ts';
import { assertAscii } from '../values/letters.ts';
import { expectText, missing, print } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import {
  type CallArguments,
  Callable,
  Dict,
  DictView,
  Escaped,
  Float,
  Missing,
  Stream,
  type Value,
} from '../values/value.ts';

interface Test extends Signature {
  call(run: Run, value: Value, other: Value): boolean;
}

function unary(call: Test['call']): Test {
  return { names: [], required: 0, call };
}

function binary(call: Test['call']): Test {
  return { names: ['other'], required: 1, isPositionalOnly: true, call };
}

const EQUAL = binary((run, value, other) => isEqual(run, value, other));
const UNEQUAL = binary((run, value, other) => !isEqual(run, value, other));
const GREATER = binary((run, value, other) => compareValues(run, value, other) > 0);
const AT_LEAST = binary((run, value, other) => compareValues(run, value, other) >= 0);
const LESS = binary((run, value, other) => compareValues(run, value, other) < 0);
const AT_MOST = binary((run, value, other) => compareValues(run, value, other) <= 0);

const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['defined', unary((_run, value) => !(value instanceof Missing))],
  ['undefined', unary((_run, value) => value instanceof Missing)],
  ['none', unary((_run, value) => value === null)],
  ['boolean', unary((_run, value) => typeof value === 'boolean')],
  ['true', unary((_run, value) => value === true)],
  ['false', unary((_run, value) => value === false)],
  ['integer', unary((_run, value) => typeof value === 'number')],
  ['float', unary((_run, value) => value instanceof Float)],
  ['number', unary((_run, value) => numberOf(value) !== undefined)],
  ['string', unary((_run, value) => typeof value === 'string' || value instanceof Escaped)],
  ['mapping', unary((_run, value) => value instanceof Dict)],
  ['sequence', unary((_run, value) => isSequence(value))],
  ['iterable', unary((_run, value) => isIterable(value))],
  ['callable', unary((_run, value) => isCallable(value))],
  ['escaped', unary((_run, value) => value instanceof Escaped)],
  ['odd', unary((run, value) => isEqual(run, remainder(run, value, 2), 1))],
  ['even', unary((run, value) => isEqual(run, remainder(run, value, 2), 0))],
  [
    'divisibleby',
    {
      ...binary((run, value, other) => isEqual(run, remainder(run, value, other), 0)),
      names: ['num'],
      isPositionalOnly: false,
    },
  ],
  ['lower', unary((run, value) => isCase(print(run, value), /^[^A-Z]*[a-z][^A-Z]*$/))],
  ['upper', unary((run, value) => isCase(print(run, value), /^[^a-z]*[A-Z][^a-z]*$/))],
  ['sameas', binary((_run, value, other) => isSameAs(value, other))],
  ['in', binary((run, value, other) => contains(run, other, value))],
  ['filter', unary((run, value) => isKnown(JINJA_FILTERS, expectText(value, 'the name of a filter'), run))],
  ['test', unary((run, value) => isKnown(new Set(TESTS.keys()), expectText(value, 'the name of a test'), run))],
  ['eq', EQUAL],
  ['equalto', EQUAL],
  ['==', EQUAL],
  ['ne', UNEQUAL],
  ['!=', UNEQUAL],
  ['gt', GREATER],
  ['greaterthan', GREATER],
  ['>', GREATER],
  ['ge', AT_LEAST],
  ['>=', AT_LEAST],
  ['lt', LESS],
  ['lessthan', LESS],
  ['<', LESS],
  ['le', AT_MOST],
  ['<=', AT_MOST],
]);

/** All that Jinja2 has, whether supported here or not. */
const JINJA_FILTERS = new Set(
  (
    'abs attr batch capitalize center count d default dictsort e escape filesizeformat first float forceescape format groupby ' +
    'indent int items join last length list lower map max min pprint random reject rejectattr replace reverse round safe ' +
    'select selectattr slice sort string striptags sum title tojson trim truncate unique upper urlencode urlize wordcount ' +
    'wordwrap xmlattr'
  ).split(' '),
);

/** Whether there is a test by that name. Throws a Refusal with the nearest name when there is none. */
export function findTest(name: string): Test {
  const test = TESTS.get(name);
  if (test !== undefined) return test;
  throw new Refusal('syntax', `there is no test "${name}"${didYouMean(name, [...TESTS.keys()])}`);
}

export function callTest(run: Run, name: string, { value, args }: { value: Value; args: CallArguments }): boolean {
  const test = findTest(name);
  run.spend(1);
  const [other = null] = bindArguments(`the test "${name}"`, test, args);
  return test.call(run, value, other);
}

function remainder(...[run, value, by]: [Run, Value, Value]): Value {
  if (typeof value === 'string') throw badValue('a str cannot be divided');
  return calculate(run, '%', [value, by]);
}

function isSequence(value: Value): boolean {
  if (typeof value === 'string' || value instanceof Escaped) return true;
  return sizeOf(value) !== undefined && !(value instanceof DictView);
}

function isIterable(value: Value): boolean {
  if (value instanceof Missing) throw missing(value);
  return (
    typeof value === 'string' || value instanceof Escaped || value instanceof Stream || sizeOf(value) !== undefined
  );
}

function isCallable(value: Value): boolean {
  if (value instanceof Missing) throw missing(value);
  return value instanceof Callable;
}

function isCase(text: string, pattern: RegExp): boolean {
  assertAscii(text, 'this test');
  return pattern.test(text);
}

function isSameAs(value: Value, other: Value): boolean {
  const isSingle = (one: Value) => one === null || typeof one === 'boolean';
  if (isSingle(value) || isSingle(other)) return value === other;
  throw unsupported('"sameas" compares addresses in memory; it is supported for none, true and false');
}

function isKnown(...[names, name, run]: [ReadonlySet<string>, string, Run]): boolean {
  run.read(name.length);
  return names.has(name);
}
