import { replaceText } from '../methods/replace-text.ts';
import { fill } from '../methods/string-methods.ts';
import { splitLines, trim } from '../methods/trim.ts';
import { badValue, unsupported } from '../refusal.ts';
import { SPACE } from '../syntax/whitespace.ts';
import { lengthOf, sliceOf } from '../values/code-points.ts';
import { expectInteger, flag } from '../values/expect.ts';
import { MAX_WIDTH } from '../values/format-number.ts';
import { capitalize } from '../values/letters.ts';
import { expectText, print } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import type { Value } from '../values/value.ts';
import { type Arg, type Filter, filter } from './filter.ts';
import { textOf } from './text.ts';
import { wrapWords } from './wrap-words.ts';

/** Jinja2's default for `truncate`. */
const LEEWAY = 5;

export const TEXT_FILTERS: readonly (readonly [string, Filter])[] = [
  ['upper', filter('', 0, (run, value) => made(run, textOf(run, value).toUpperCase()))],
  ['lower', filter('', 0, (run, value) => made(run, textOf(run, value).toLowerCase()))],
  ['capitalize', filter('', 0, (run, value) => made(run, capitalize(textOf(run, value))))],
  ['title', filter('', 0, (run, value) => made(run, titleOf(run, textOf(run, value))))],
  ['trim', filter('chars', 0, (run, value, [chars]) => trimmed(run, value, chars))],
  [
    'center',
    filter('width', 0, (run, value, [width = 80]) => fill(run, textOf(run, value), { args: [width], side: 'both' })),
  ],
  ['replace', filter('old new count', 2, replace)],
  ['truncate', filter('length killwords end leeway', 0, truncate)],
  ['indent', filter('width first blank', 0, indent)],
  ['wordcount', filter('', 0, (run, value) => wordCount(run, textOf(run, value)))],
  ['wordwrap', filter('width break_long_words wrapstring break_on_hyphens', 0, wordWrap)],
];

function made(run: Run, text: string): string {
  run.reserve(text.length);
  return text;
}

const WORD_START = new RegExp(`([-${SPACE}({\\[<]+)`);

function titleOf(run: Run, text: string): string {
  run.read(text.length * LETTER_COST);
  return text
    .split(WORD_START)
    .map((part) => {
      const [first] = part;
      return first === undefined ? '' : first.toUpperCase() + part.slice(first.length).toLowerCase();
    })
    .join('');
}

function trimmed(run: Run, value: Value, chars: Arg): string {
  const characters = chars === undefined || chars === null ? undefined : expectText(chars, 'what is trimmed');
  return trim(textOf(run, value), 'both', characters);
}

function replace(run: Run, value: Value, [old = null, by = null, limit]: readonly Arg[]): Value {
  const most = limit === undefined || limit === null ? -1 : expectInteger(limit, 'the count');
  return replaceText(run, print(run, value), { old: print(run, old), by: print(run, by), most });
}

function truncate(run: Run, value: Value, [length, killWords, endValue, leewayValue]: readonly Arg[]): Value {
  const text = expectText(value, 'what is truncated');
  const end = endValue === undefined ? '...' : expectText(endValue, 'the end');
  const most = expectInteger(length, 'the length', 255);
  const leeway = leewayValue === undefined || leewayValue === null ? LEEWAY : expectInteger(leewayValue, 'the leeway');
  const kept = most - lengthOf(end);
  if (kept < 0) throw badValue('the length to truncate to is shorter than the end that is added');
  if (leeway < 0) throw badValue('the leeway cannot be negative');
  run.reserve(text.length);
  if (lengthOf(text) <= most + leeway) return text;
  const cut = sliceOf(text, 0, kept);
  const lastSpace = cut.lastIndexOf(' ');
  return (flag(killWords) || lastSpace === -1 ? cut : cut.slice(0, lastSpace)) + end;
}

function indent(run: Run, value: Value, [width = 4, first, blank]: readonly Arg[]): Value {
  const text = expectText(value, 'what is indented');
  const by = typeof width === 'string' ? width : spaces(run, expectInteger(width, 'the width'));
  const [head = '', ...tail] = splitLines(`${text}\n`);
  run.reserveItems(tail.length);
  run.reserve(text.length + tail.length * (by.length + 1));
  const rest = tail.map((line) => `\n${line !== '' || flag(blank) ? by + line : line}`).join('');
  return (flag(first) ? by : '') + head + rest;
}

function spaces(run: Run, width: number): string {
  if (width > MAX_WIDTH) throw unsupported(`indents wider than ${MAX_WIDTH} are not supported`);
  run.reserve(Math.max(0, width));
  return ' '.repeat(Math.max(0, width));
}

/** Looking at every letter takes longer than comparing or copying them. */
const LETTER_COST = 8;

function wordCount(run: Run, text: string): number {
  run.read(text.length * LETTER_COST);
  return text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0;
}

function wordWrap(run: Run, value: Value, [width, breakLong, separator, breakHyphens]: readonly Arg[]): Value {
  const text = expectText(value, 'what is wrapped');
  const between = separator === undefined || separator === null ? '\n' : expectText(separator, 'the wrap string');
  const wrapping = {
    width: expectInteger(width, 'the width', 79),
    breakLongWords: breakLong === undefined || flag(breakLong),
    breakOnHyphens: breakHyphens === undefined || flag(breakHyphens),
  };
  if (wrapping.width < 1) throw badValue('the width has to be at least 1');
  run.reserveItems(text.length);
  const lines = splitLines(text).map((line) => wrapWords(run, line, wrapping).join(between));
  const wrapped = lines.join(between);
  run.reserve(wrapped.length);
  return wrapped;
}
