import { badValue, unsupported } from '../refusal.ts';
import { lengthOf, sliceOf } from './code-points.ts';
import { numberOf } from './compare.ts';
import { formatFloat, formatInteger, MAX_WIDTH } from './format-number.ts';
import { missing, print, reprText } from './print.ts';
import type { Run } from './run.ts';
import { typeName } from './type-name.ts';
import { Dict, Float, Missing, Tuple, type Value } from './value.ts';

const DIRECTIVE = /%(?:\(([^()]*)\))?([-#0 +]*)([0-9]+|\*)?(?:\.([0-9]+|\*)?)?[hlL]?([\s\S]?)/g;

interface Directive {
  readonly flags: string;
  readonly width: number;
  /** Undefined when there is no point. */
  readonly precision: number | undefined;
  readonly letter: string;
}

/** Python's `text % values`: a tuple gives several, a dict is asked by name, anything else is the only one. */
export function formatPercent(run: Run, text: string, values: Value): string {
  run.read(text.length);
  const source = new ValueSource(values);
  let out = '';
  let from = 0;
  for (const match of text.matchAll(DIRECTIVE)) {
    run.spend(20);
    const piece = text.slice(from, match.index);
    from = match.index + match[0].length;
    out += piece + formatOne(run, match, source);
  }
  source.assertUsed();
  out += text.slice(from);
  run.reserve(out.length);
  return out;
}

function formatOne(run: Run, match: RegExpExecArray, source: ValueSource): string {
  const [whole, name, flags = '', widthText, precisionText, letter = ''] = match;
  if (letter === '') throw badValue('a "%" has no letter behind it; write "%%" for the character');
  if (widthText === '*' || precisionText === '*') throw unsupported('"*" as a width or precision is not supported');
  if (letter === '%') {
    if (whole !== '%%') throw unsupported('"%" takes no flags or width before another "%"');
    return '%';
  }
  const hasPoint = /\.[0-9]*[hlL]?.?$/s.test(whole) && whole.includes('.', name === undefined ? 0 : name.length + 2);
  const precision = precisionText === undefined ? (hasPoint ? 0 : undefined) : Number(precisionText);
  const width = Number(widthText ?? 0);
  if (width > MAX_WIDTH) throw unsupported(`fields wider than ${MAX_WIDTH} are not supported`);
  const value = name === undefined ? source.next() : source.named(run, name);
  return formatDirective(run, { flags, width, precision, letter }, value);
}

function formatDirective(run: Run, directive: Directive, value: Value): string {
  const { letter, precision } = directive;
  if (letter === 's' || letter === 'r') {
    const text = letter === 's' ? print(run, value) : reprValue(run, value);
    return pad(directive, {
      sign: '',
      body: precision === undefined ? text : sliceOf(text, 0, precision),
      canZero: false,
    });
  }
  if (letter === 'c') return pad(directive, { sign: '', body: character(value), canZero: false });
  if ('diuxXo'.includes(letter)) return pad(directive, integerParts(directive, value));
  if ('eEfFgG'.includes(letter)) return pad(directive, floatParts(directive, value));
  throw badValue(`"%${letter}" is no directive for formatting`);
}

function reprValue(run: Run, value: Value): string {
  if (value instanceof Missing) throw missing(value);
  return typeof value === 'string' ? reprText(run, value) : print(run, value);
}

function character(value: Value): string {
  if (typeof value === 'string' && lengthOf(value) === 1) return value;
  if (typeof value === 'number' && value >= 0 && value <= 0xd7ff) return String.fromCodePoint(value);
  throw badValue(`"%c" takes one character, not ${typeName(value)}`);
}

interface Parts {
  readonly sign: string;
  readonly body: string;
  /** Zeros may stand between sign and body. */
  readonly canZero: boolean;
}

function integerParts({ flags, letter, precision }: Directive, value: Value): Parts {
  const number = numberOf(value);
  const isDecimal = 'diu'.includes(letter);
  if (number === undefined || (value instanceof Float && !isDecimal)) {
    throw badValue(`"%${letter}" takes a number, not ${typeName(value)}`);
  }
  if (precision !== undefined && flags.includes('0'))
    throw unsupported('"0" and a precision are not supported together');
  const whole = Math.trunc(number) + 0;
  if (!Number.isSafeInteger(whole)) throw unsupported('whole numbers beyond 9007199254740991 are not supported');
  const digits = formatInteger(whole, letter).padStart(Math.min(precision ?? 0, MAX_WIDTH), '0');
  const prefix = flags.includes('#') && !isDecimal ? `0${letter}` : '';
  return { sign: signOf(whole, flags) + prefix, body: digits, canZero: true };
}

function floatParts({ flags, letter, precision }: Directive, value: Value): Parts {
  const number = numberOf(value);
  if (number === undefined) throw badValue(`"%${letter}" takes a number, not ${typeName(value)}`);
  const kind = letter.toLowerCase() as 'e' | 'f' | 'g';
  const isUpper = letter !== kind;
  const body = formatFloat(number, { kind, isUpper, places: precision ?? 6, isAlternate: flags.includes('#') });
  return { sign: signOf(number, flags), body, canZero: true };
}

function signOf(value: number, flags: string): string {
  if (value < 0 || Object.is(value, -0)) return '-';
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function pad({ flags, width }: Directive, { sign, body, canZero }: Parts): string {
  const gap = width - lengthOf(body) - sign.length;
  if (gap <= 0) return sign + body;
  if (flags.includes('-')) return sign + body + ' '.repeat(gap);
  if (flags.includes('0') && canZero && !/^[0-9a-fA-F.]+(?:e[-+][0-9]+)?$/i.test(body)) {
    throw unsupported('inf and nan are not filled with zeros');
  }
  return flags.includes('0') && canZero ? sign + '0'.repeat(gap) + body : ' '.repeat(gap) + sign + body;
}

/** Hands out the values of a formatting, and knows whether all were asked for. */
class ValueSource {
  readonly #values: Value;
  readonly #isTuple: boolean;
  #used = 0;
  #isNamed = false;

  constructor(values: Value) {
    this.#values = values;
    this.#isTuple = values instanceof Tuple;
  }

  next(): Value {
    const value =
      this.#values instanceof Tuple ? this.#values.items[this.#used] : this.#used === 0 ? this.#values : undefined;
    this.#used += 1;
    if (value === undefined) throw badValue('there are more directives than values to format');
    return value;
  }

  named(run: Run, name: string): Value {
    this.#isNamed = true;
    if (!(this.#values instanceof Dict)) throw badValue('names in a format need a dict');
    run.spend(1);
    const entry = this.#values.entries.get(name);
    if (entry === undefined) throw badValue('the dict has no value for a name in the format');
    return entry.value;
  }

  assertUsed(): void {
    const count = this.#isTuple ? (this.#values as Tuple).items.length : this.#values instanceof Dict ? this.#used : 1;
    if (!this.#isNamed && this.#used < count) throw badValue('there are more values than directives to format');
  }
}
