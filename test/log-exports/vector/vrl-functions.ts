import type { RE2JS } from 're2js';
import { UnsupportedConstruct } from '../construct-error.ts';
import type { VrlValue } from './vrl-kinds.ts';
import {
  ANY,
  ARRAY,
  BOOLEAN,
  BYTES,
  FLOAT,
  INTEGER,
  isWithin,
  kindOf,
  NULL,
  NUMBER,
  OBJECT,
  REGEX,
} from './vrl-kinds.ts';

/** An error while a program runs. */
export class VrlFailure extends Error {}

export interface VrlFunction {
  /** Name and accepted kinds of each argument, in order; those after `required` may be left out. */
  readonly parameters: readonly (readonly [name: string, kinds: number])[];
  readonly required: number;
  /** What it gives for arguments of these kinds, and whether it can fail with them. */
  type(kinds: readonly number[]): { readonly kind: number; readonly fallible: boolean };
  run(args: readonly (VrlValue | undefined)[], random: () => number): VrlValue;
}

type Parameters = VrlFunction['parameters'];
const ANYTHING = ANY | REGEX;

/** A function that needs all its arguments, and cannot fail when they are of its kinds. */
function total(parameters: Parameters, kind: number, run: VrlFunction['run']): VrlFunction {
  return { parameters, required: parameters.length, type: () => ({ kind, fallible: false }), run };
}

/** Asserts a kind: `string(x)` fails unless x is one, and cannot fail when that is known. */
function assertion(name: string, kind: number): VrlFunction {
  return {
    parameters: [['value', ANYTHING]],
    required: 1,
    type: ([given = ANY]) => ({ kind, fallible: !isWithin(given, kind) }),
    run: ([value = null]) => {
      if (!isWithin(kindOf(value), kind)) throw new VrlFailure(`expected ${name}`);
      return value;
    },
  };
}

function isKind(kind: number): VrlFunction {
  return total([['value', ANYTHING]], BOOLEAN, ([value = null]) => isWithin(kindOf(value), kind));
}

function search(find: (value: string, part: string) => boolean, part: string): VrlFunction {
  const parameters: Parameters = [
    ['value', BYTES],
    [part, BYTES],
    ['case_sensitive', BOOLEAN],
  ];
  const run: VrlFunction['run'] = ([value, wanted, caseSensitive = true]) =>
    caseSensitive
      ? find(value as string, wanted as string)
      : find((value as string).toLowerCase(), (wanted as string).toLowerCase());
  return { ...total(parameters, BOOLEAN, run), required: 2 };
}

function conversion(kind: number, sure: number, run: (value: VrlValue) => VrlValue): VrlFunction {
  return {
    parameters: [['value', ANYTHING]],
    required: 1,
    type: ([given = ANY]) => ({ kind, fallible: !isWithin(given, sure) }),
    run: ([value = null]) => run(value),
  };
}

function toFloat(value: VrlValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (value === null) return 0;
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '' || Number.isNaN(Number(text))) throw new VrlFailure('unable to coerce value into a float');
  return Number(text);
}

function toInteger(value: VrlValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (value === null) return 0n;
  if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return BigInt(value);
  throw new VrlFailure('unable to coerce value into an integer');
}

function toText(value: VrlValue): string {
  if (value === null) return '';
  if (typeof value === 'object') throw new VrlFailure('unable to coerce value into a string');
  return String(value);
}

/** A JSON number without a fraction and an exponent is an integer. */
function parseJson(text: string): VrlValue {
  const revive = (_: string, value: unknown, context?: { readonly source: string }): unknown =>
    typeof value === 'number' && /^-?\d+$/.test(context?.source ?? '') ? BigInt(context?.source ?? 0) : value;
  try {
    return JSON.parse(text, revive) as VrlValue;
  } catch {
    throw new VrlFailure('unable to parse json');
  }
}

/** What is at the path; null where nothing is. */
function getAt(value: VrlValue, path: readonly VrlValue[]): VrlValue {
  let at: VrlValue | undefined = value;
  for (const segment of path) {
    if (typeof segment === 'bigint') {
      at = Array.isArray(at) ? at.at(Number(segment)) : undefined;
    } else if (typeof segment === 'string') {
      const isObject: boolean = at !== undefined && kindOf(at) === OBJECT && Object.hasOwn(at as object, segment);
      at = isObject ? (at as { [key: string]: VrlValue })[segment] : undefined;
    } else {
      throw new VrlFailure('a path segment must be a string or an integer');
    }
  }
  return at ?? null;
}

/** Named groups of the first match; one that took no part is null. */
function parseRegex(text: string, pattern: RE2JS): VrlValue {
  const matcher = pattern.matcher(text);
  if (!matcher.find()) throw new VrlFailure('could not find any pattern matches');
  return Object.fromEntries(Object.keys(pattern.namedGroups()).map((name) => [name, matcher.group(name)]));
}

const TEXT: Parameters = [['value', BYTES]];
const RANGE: Parameters = [
  ['min', INTEGER],
  ['max', INTEGER],
];
const FLOAT_RANGE: Parameters = [
  ['min', FLOAT],
  ['max', FLOAT],
];
const DIGITS: Parameters = [
  ['value', NUMBER],
  ['precision', INTEGER],
];

function rounded(round: (value: number) => number): VrlFunction {
  return {
    parameters: DIGITS,
    required: 1,
    type: ([given = ANY]) => ({ kind: given & NUMBER, fallible: false }),
    run: ([value, precision = 0n]) => {
      if (typeof value === 'bigint') return value;
      const factor = 10 ** Number(precision as bigint);
      return round((value as number) * factor) / factor;
    },
  };
}

/** The functions of VRL that a policy can need. */
export const VRL_FUNCTIONS: Readonly<Record<string, VrlFunction>> = {
  contains: search((value, part) => value.includes(part), 'substring'),
  starts_with: search((value, part) => value.startsWith(part), 'substring'),
  ends_with: search((value, part) => value.endsWith(part), 'substring'),
  match: total(
    [
      ['value', BYTES],
      ['pattern', REGEX],
    ],
    BOOLEAN,
    ([value, pattern]) => (pattern as RE2JS).matcher(value as string).find(),
  ),
  match_any: total(
    [
      ['value', BYTES],
      ['patterns', ARRAY],
    ],
    BOOLEAN,
    ([value, patterns]) => (patterns as RE2JS[]).some((pattern) => pattern.matcher(value as string).find()),
  ),
  includes: total(
    [
      ['value', ARRAY],
      ['item', ANY],
    ],
    BOOLEAN,
    ([value, item]) => (value as VrlValue[]).some((one) => one === item),
  ),
  get: {
    parameters: [
      ['value', OBJECT | ARRAY],
      ['path', ARRAY],
    ],
    required: 2,
    type: () => ({ kind: ANY, fallible: true }),
    run: ([value = null, path]) => getAt(value, path as VrlValue[]),
  },
  parse_json: {
    parameters: TEXT,
    required: 1,
    type: () => ({ kind: BOOLEAN | NUMBER | BYTES | OBJECT | ARRAY | NULL, fallible: true }),
    run: ([value]) => parseJson(value as string),
  },
  parse_regex: {
    parameters: [
      ['value', BYTES],
      ['pattern', REGEX],
    ],
    required: 2,
    type: () => ({ kind: OBJECT, fallible: true }),
    run: ([value, pattern]) => parseRegex(value as string, pattern as RE2JS),
  },
  replace: total(
    [
      ['value', BYTES],
      ['pattern', BYTES | REGEX],
      ['with', BYTES],
    ],
    BYTES,
    ([value, pattern, replacement]) => {
      // A dollar would name a group of a regular expression.
      if ((replacement as string).includes('$')) throw new UnsupportedConstruct('Vector', 'replace with a dollar');
      if (typeof pattern === 'string') return (value as string).replaceAll(pattern, () => replacement as string);
      return (pattern as RE2JS).matcher(value as string).replaceAll(replacement as string);
    },
  ),
  upcase: total(TEXT, BYTES, ([value]) => (value as string).toUpperCase()),
  downcase: total(TEXT, BYTES, ([value]) => (value as string).toLowerCase()),
  strip_whitespace: total(TEXT, BYTES, ([value]) => (value as string).trim()),
  length: total([['value', BYTES | ARRAY | OBJECT]], INTEGER, ([value]) =>
    BigInt(typeof value === 'string' ? Buffer.byteLength(value) : Object.keys(value as object).length),
  ),
  string: assertion('a string', BYTES),
  int: assertion('an integer', INTEGER),
  float: assertion('a float', FLOAT),
  bool: assertion('a boolean', BOOLEAN),
  array: assertion('an array', ARRAY),
  object: assertion('an object', OBJECT),
  is_string: isKind(BYTES),
  is_integer: isKind(INTEGER),
  is_float: isKind(FLOAT),
  is_boolean: isKind(BOOLEAN),
  is_null: isKind(NULL),
  is_array: isKind(ARRAY),
  is_object: isKind(OBJECT),
  is_nullish: total([['value', ANYTHING]], BOOLEAN, ([value = null]) => {
    return value === null || (typeof value === 'string' && (value.trim() === '' || value === '-'));
  }),
  to_float: conversion(FLOAT, NUMBER | BOOLEAN | NULL, toFloat),
  to_int: conversion(INTEGER, NUMBER | BOOLEAN | NULL, toInteger),
  to_string: conversion(BYTES, BYTES | NUMBER | BOOLEAN | NULL, toText),
  round: rounded(Math.round),
  floor: rounded(Math.floor),
  ceil: rounded(Math.ceil),
  random_float: total(FLOAT_RANGE, FLOAT, ([min, max], random) => {
    return (min as number) + random() * ((max as number) - (min as number));
  }),
  random_int: total(RANGE, INTEGER, ([min, max], random) => {
    return (min as bigint) + BigInt(Math.floor(random() * Number((max as bigint) - (min as bigint))));
  }),
};
