import { badValue, unsupported } from '../refusal.ts';
import { lengthOf, sliceOf } from '../values/code-points.ts';
import { formatFloat, formatInteger, MAX_WIDTH } from '../values/format-number.ts';
import { print } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import { typeName } from '../values/type-name.ts';
import { Float, type Value } from '../values/value.ts';

const SPEC = /^(?:([\s\S]?)([<>=^]))?([-+ ]?)(#?)(0?)([0-9]*)([,_]?)(?:\.([0-9]+))?([a-zA-Z%]?)$/u;

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly width: number;
  readonly comma: string;
  readonly precision: number | undefined;
  readonly letter: string;
}

/** Python's `format(value, spec)` for texts and numbers. */
export function formatSpec(run: Run, value: Value, text: string): string {
  if (text === '') return print(run, value);
  const spec = readSpec(text);
  if (typeof value === 'string') return formatText(value, spec);
  if (typeof value === 'number')
    return 'eEfFgG%'.includes(spec.letter) && spec.letter !== '' ? formatReal(value, spec) : formatWhole(value, spec);
  if (value instanceof Float) return formatReal(value.value, spec);
  throw unsupported(`${typeName(value)} takes no format behind ":"; make it a text first`);
}

function readSpec(text: string): Spec {
  const match = SPEC.exec(text);
  if (match === null) throw unsupported('this format behind ":" is not supported');
  const [, fill, align, sign = '', alternate, zero, width, comma = '', precision, letter = ''] = match;
  if (alternate === '#') throw unsupported('"#" in a format behind ":" is not supported');
  if (comma === '_') throw unsupported('"_" in a format behind ":" is not supported; take ","');
  if (Number(width) > MAX_WIDTH) throw unsupported(`fields wider than ${MAX_WIDTH} are not supported`);
  if (zero === '0' && comma !== '') throw unsupported('"0" and "," in one format are not supported together');
  return {
    fill: fill === undefined || fill === '' ? (zero === '0' && align === undefined ? '0' : ' ') : fill,
    align: align ?? (zero === '0' ? '=' : ''),
    sign,
    width: Number(width),
    comma,
    precision: precision === undefined ? undefined : Number(precision),
    letter,
  };
}

function formatText(value: string, spec: Spec): string {
  if (spec.align === '=' || spec.sign !== '' || spec.comma !== '' || (spec.letter !== '' && spec.letter !== 's')) {
    throw badValue('a str does not take this format');
  }
  const text = spec.precision === undefined ? value : sliceOf(value, 0, spec.precision);
  return align({ sign: '', body: text }, spec, '<');
}

function formatWhole(value: number, spec: Spec): string {
  if (spec.precision !== undefined) throw badValue('an int takes no precision');
  if (spec.letter !== '' && !'dxXob'.includes(spec.letter)) throw badValue('an int does not take this format');
  if (spec.comma !== '' && spec.letter !== '' && spec.letter !== 'd') throw badValue('"," is for decimal numbers');
  const digits = formatInteger(value, spec.letter);
  return align({ sign: signOf(value, spec), body: spec.comma === '' ? digits : grouped(digits) }, spec, '>');
}

function formatReal(value: number, spec: Spec): string {
  const { letter, precision = 6 } = spec;
  if (letter === '') throw unsupported('a float needs a letter in its format, such as ".2f"');
  if (!'eEfFgG%'.includes(letter)) throw badValue('a float does not take this format');
  const isPercent = letter === '%';
  const kind = isPercent ? 'f' : (letter.toLowerCase() as 'e' | 'f' | 'g');
  const shown = isPercent ? value * 100 : value;
  const isUpper = !isPercent && letter !== kind;
  const body = formatFloat(shown, { kind, isUpper, places: precision, isAlternate: false });
  if (spec.fill === '0' && !Number.isFinite(value)) throw unsupported('inf and nan are not filled with zeros');
  const withCommas = spec.comma === '' ? body : grouped(body);
  return align({ sign: signOf(value, spec), body: withCommas + (isPercent ? '%' : '') }, spec, '>');
}

function grouped(digits: string): string {
  const [whole = '', ...rest] = digits.split(/(?=[.eE])/);
  return whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',') + rest.join('');
}

function signOf(value: number, { sign }: Spec): string {
  if (value < 0 || Object.is(value, -0)) return '-';
  return sign === '-' ? '' : sign;
}

function align(...[{ sign, body }, spec, byDefault]: [{ sign: string; body: string }, Spec, string]): string {
  const gap = spec.width - lengthOf(sign) - lengthOf(body);
  if (gap <= 0) return sign + body;
  const side = spec.align === '' ? byDefault : spec.align;
  if (side === '=') return sign + spec.fill.repeat(gap) + body;
  const left = side === '>' ? gap : side === '<' ? 0 : Math.floor(gap / 2);
  return spec.fill.repeat(left) + sign + body + spec.fill.repeat(gap - left);
}
