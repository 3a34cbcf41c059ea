import { createHash, randomUUID } from 'node:crypto';
import { RE2JS } from 're2js';
import { RefusedConfiguration } from '../construct-error.ts';
import { isMap, type OttlValue, TraceIdValue, toText } from './ottl-values.ts';

/** An error while a statement runs; the processor's error_mode says what follows. */
export class OttlFailure extends Error {}

/** A function that gives a value. `literals` are its arguments where they are known while the configuration is read. */
export interface OttlConverter {
  readonly arity: readonly [least: number, most: number];
  prepare(literals: readonly (OttlValue | undefined)[]): (args: readonly OttlValue[]) => OttlValue;
}

function plain(least: number, most: number, run: (args: readonly OttlValue[]) => OttlValue): OttlConverter {
  return { arity: [least, most], prepare: () => run };
}

function onText(run: (text: string) => OttlValue): OttlConverter {
  return plain(1, 1, ([value]) => run(text(value)));
}

function text(value: OttlValue | undefined): string {
  if (typeof value === 'string') return value;
  throw new OttlFailure('expected string');
}

const isMatch: OttlConverter = {
  arity: [2, 2],
  prepare([, pattern]) {
    if (typeof pattern !== 'string')
      throw new RefusedConfiguration('OpenTelemetry', 'OTTL: IsMatch needs a literal pattern');
    const regex = compileGoRegex(pattern);
    return ([target = null]) => {
      const searched = toText(target);
      return searched !== null && regex.matcher(searched).find();
    };
  },
};

/** All named groups of the first match as texts; an empty map where nothing matches. */
const extractPatterns: OttlConverter = {
  arity: [2, 2],
  prepare([, pattern]) {
    if (typeof pattern !== 'string')
      throw new RefusedConfiguration('OpenTelemetry', 'OTTL: ExtractPatterns needs a literal pattern');
    const regex = compileGoRegex(pattern);
    const names = Object.keys(regex.namedGroups());
    if (names.length === 0)
      throw new RefusedConfiguration('OpenTelemetry', 'OTTL: ExtractPatterns needs at least 1 named capture group');
    return ([target]) => {
      const matcher = regex.matcher(text(target));
      if (!matcher.find()) return {};
      return Object.fromEntries(names.map((name) => [name, matcher.group(name) ?? '']));
    };
  },
};

/** Bytes of a text, which must have that many. */
function substring([target, start, length]: readonly OttlValue[]): OttlValue {
  const bytes = Buffer.from(text(target));
  if (typeof start !== 'bigint' || typeof length !== 'bigint') throw new OttlFailure('Substring needs integers');
  if (start < 0n || length <= 0n || start + length > bytes.length) throw new OttlFailure('invalid range for substring');
  return bytes.subarray(Number(start), Number(start + length)).toString();
}

/** Go's regular expressions are RE2. */
function compileGoRegex(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new RefusedConfiguration('OpenTelemetry', `the pattern ${pattern} is no RE2: ${String(error)}`);
  }
}

/** FNV-1a of 64 bits, as a signed number. */
function fnv64(value: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(value)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & (2n ** 64n - 1n);
  return BigInt.asIntN(64, hash);
}

function toDouble(value: OttlValue | undefined): OttlValue {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || value.trim() === '' || Number.isNaN(Number(value))) return null;
  return Number(value);
}

function toInt(value: OttlValue | undefined): OttlValue {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? BigInt(value) : null;
}

/** The converters of OTTL that a policy can need. */
export const OTTL_CONVERTERS: Readonly<Record<string, OttlConverter>> = {
  IsMatch: isMatch,
  ExtractPatterns: extractPatterns,
  Substring: plain(3, 3, substring),
  IsString: plain(1, 1, ([value]) => typeof value === 'string'),
  IsInt: plain(1, 1, ([value]) => typeof value === 'bigint'),
  IsDouble: plain(1, 1, ([value]) => typeof value === 'number'),
  IsBool: plain(1, 1, ([value]) => typeof value === 'boolean'),
  IsMap: plain(1, 1, ([value = null]) => isMap(value)),
  HasPrefix: plain(2, 2, ([value, prefix]) => text(value).startsWith(text(prefix))),
  HasSuffix: plain(2, 2, ([value, suffix]) => text(value).endsWith(text(suffix))),
  ToLowerCase: onText((value) => value.toLowerCase()),
  ToUpperCase: onText((value) => value.toUpperCase()),
  ConvertCase: plain(2, 2, ([value, to]) => {
    if (to === 'upper') return text(value).toUpperCase();
    if (to === 'lower') return text(value).toLowerCase();
    throw new OttlFailure(`the case ${String(to)} is not evaluated here`);
  }),
  Len: plain(1, 1, ([value = null]) => {
    if (typeof value === 'string') return BigInt(Buffer.byteLength(value));
    if (isMap(value)) return BigInt(Object.keys(value).length);
    throw new OttlFailure('target is not a string or map');
  }),
  String: plain(1, 1, ([value = null]) => toText(value)),
  Double: plain(1, 1, ([value]) => toDouble(value)),
  Int: plain(1, 1, ([value]) => toInt(value)),
  FNV: onText(fnv64),
  SHA256: onText((value) => createHash('sha256').update(value).digest('hex')),
  UUID: plain(0, 0, () => randomUUID()),
  TraceID: plain(1, 1, ([bytes]) => {
    if (!(bytes instanceof Uint8Array) || bytes.length !== 16) throw new OttlFailure('a trace id has 16 bytes');
    const hex = Buffer.from(bytes).toString('hex');
    return new TraceIdValue(/^0*$/.test(hex) ? '' : hex);
  }),
};
