import { badValue, Refusal, unsupported } from '../refusal.ts';
import { printFloat } from './print-float.ts';
import { ITEM_CHARACTERS, type Run } from './run.ts';
import { typeName } from './type-name.ts';
import {
  Callable,
  Dict,
  DictView,
  Escaped,
  Float,
  List,
  Missing,
  type Namespace,
  Range,
  type Stream,
  Tuple,
  type Value,
} from './value.ts';

/** Lists within lists deeper than this are not printed. */
const MAX_DEPTH = 100;

/** Python's `str(value)`. */
export function print(run: Run, value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (value instanceof Escaped) return value.text;
  if (value instanceof Missing && value.isLenient) return '';
  const text = repr({ run, depth: 0 }, value);
  run.reserve(text.length);
  return text;
}

interface Printing {
  readonly run: Run;
  readonly depth: number;
}

/** Python's `repr(value)`. */
function repr(printing: Printing, value: Value): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return reprText(printing.run, value);
  if (value instanceof Float) return printFloat(value.value);
  if (value instanceof Missing) throw missing(value);
  return reprContainer({ run: printing.run, depth: printing.depth + 1 }, value);
}

function reprContainer(
  printing: Printing,
  value: Exclude<Value, null | boolean | number | string | Float | Missing>,
): string {
  if (printing.depth > MAX_DEPTH)
    throw unsupported(`values nested more than ${MAX_DEPTH} levels deep cannot be printed`);
  if (value instanceof List) return `[${reprAll(printing, value.items)}]`;
  if (value instanceof Tuple) return reprTuple(printing, value.items);
  if (value instanceof Dict) return `{${reprEntries(printing, value)}}`;
  if (value instanceof Range) return reprRange(value);
  if (value instanceof DictView) return reprView(printing, value);
  throw cannotPrint(value);
}

function reprAll(printing: Printing, items: readonly Value[]): string {
  printing.run.reserve(items.length * ITEM_CHARACTERS);
  printing.run.spend(items.length);
  return items.map((item) => repr(printing, item)).join(', ');
}

function reprTuple(printing: Printing, items: readonly Value[]): string {
  return `(${reprAll(printing, items)}${items.length === 1 ? ',' : ''})`;
}

function reprEntries(printing: Printing, { entries }: Dict): string {
  printing.run.spend(entries.size);
  printing.run.reserve(entries.size * ITEM_CHARACTERS);
  const texts: string[] = [];
  for (const { key, value } of entries.values()) texts.push(`${repr(printing, key)}: ${repr(printing, value)}`);
  return texts.join(', ');
}

function reprRange({ start, stop, step }: Range): string {
  return step === 1 ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`;
}

function reprView(printing: Printing, { dict, of }: DictView): string {
  const entries = [...dict.entries.values()];
  if (of === 'items') {
    printing.run.spend(entries.length);
    return `dict_items([${entries.map(({ key, value }) => reprTuple(printing, [key, value])).join(', ')}])`;
  }
  return `dict_${of}([${reprAll(printing, entries.map(of === 'keys' ? ({ key }) => key : ({ value }) => value))}])`;
}

function cannotPrint(value: Stream | Namespace | Escaped | Callable): Refusal {
  if (value instanceof Callable) {
    return unsupported(`${value.title} is printed as an address in memory; to call it, write "()" behind it`);
  }
  return unsupported(`${typeName(value)} cannot be printed here`);
}

/** What using something that is not there says. */
export function missing(value: Missing): Refusal {
  return new Refusal('missing', value.reason(), value.variable === undefined ? {} : { variable: value.variable });
}

/** Needs no escape inside of single quotes, in most texts. */
const PLAIN = /^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Zs}\\'"]/u;

/** Quoted as Python does: single quotes unless the text has those and no double ones. */
export function reprText(run: Run, text: string): string {
  run.reserve(text.length + 2);
  if (PLAIN.test(text)) return `'${text}'`;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  if (!UNPRINTABLE.test(text)) return `${quote}${text}${quote}`;
  let out = quote;
  for (const character of text) out += UNPRINTABLE.test(character) ? escapeCharacter(character, quote) : character;
  run.reserve(out.length);
  return out + quote;
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
]);

function escapeCharacter(character: string, quote: string): string {
  if (character === ' ') return ' ';
  if (character === "'" || character === '"') return character === quote ? `\\${character}` : character;
  const simple = SIMPLE.get(character);
  if (simple !== undefined) return simple;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** A text where nothing else will do. */
export function expectText(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  if (value instanceof Missing) throw missing(value);
  if (value instanceof Escaped) throw unsupported(`${what} does not take an escaped text; escape last`);
  throw badValue(`${what} has to be a str, not ${typeName(value)}`);
}
