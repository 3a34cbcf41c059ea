import { badValue, unsupported } from '../refusal.ts';
import { bindArguments, type Signature } from '../values/bind-arguments.ts';
import { charactersOf, isSimple, lengthOf } from '../values/code-points.ts';
import { itemsOf } from '../values/containers.ts';
import { expectInteger, flag } from '../values/expect.ts';
import { MAX_WIDTH } from '../values/format-number.ts';
import { assertAscii, capitalize, titleWords } from '../values/letters.ts';
import { expectText } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import { type CallArguments, List, Tuple, type Value } from '../values/value.ts';
import { formatBraces } from './format-braces.ts';
import { replaceText } from './replace-text.ts';
import { splitLines, splitWords, trim } from './trim.ts';

type Arg = Value | undefined;

interface Method extends Signature {
  /** Gets the text, and the arguments in the order of the names. */
  call(run: Run, text: string, args: readonly Arg[]): Value;
}

const method = (...[names, required, call]: [string, number, Method['call']]): Method => ({
  names: names === '' ? [] : names.split(' '),
  required,
  isPositionalOnly: true,
  call,
});

/** Python's methods of `str` that templates may call. */
export const STRING_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['upper', method('', 0, (_run, text) => text.toUpperCase())],
  ['lower', method('', 0, (_run, text) => text.toLowerCase())],
  ['capitalize', method('', 0, (_run, text) => capitalize(text))],
  ['title', method('', 0, (_run, text) => titleWords(text))],
  ['swapcase', method('', 0, (_run, text) => swapCase(text))],
  ['strip', method('chars', 0, (_run, text, [chars]) => trim(text, 'both', charsOf(chars)))],
  ['lstrip', method('chars', 0, (_run, text, [chars]) => trim(text, 'left', charsOf(chars)))],
  ['rstrip', method('chars', 0, (_run, text, [chars]) => trim(text, 'right', charsOf(chars)))],
  ['split', { ...method('sep maxsplit', 0, split), isPositionalOnly: false }],
  ['rsplit', { ...method('sep maxsplit', 0, splitFromEnd), isPositionalOnly: false }],
  ['splitlines', { ...method('keepends', 0, lines), isPositionalOnly: false }],
  ['partition', method('sep', 1, (_run, text, [sep]) => partition(text, sep, false))],
  ['rpartition', method('sep', 1, (_run, text, [sep]) => partition(text, sep, true))],
  ['join', method('items', 1, join)],
  ['replace', method('old new count', 2, replace)],
  [
    'removeprefix',
    method('prefix', 1, (_run, text, [prefix]) => withoutPrefix(text, expectText(prefix ?? null, 'the prefix'))),
  ],
  [
    'removesuffix',
    method('suffix', 1, (_run, text, [suffix]) => withoutSuffix(text, expectText(suffix ?? null, 'the suffix'))),
  ],
  ['startswith', method('prefix', 1, (_run, text, [prefix]) => anyOf(prefix, (one) => text.startsWith(one)))],
  ['endswith', method('suffix', 1, (_run, text, [suffix]) => anyOf(suffix, (one) => text.endsWith(one)))],
  ['find', method('sub', 1, (_run, text, [sub]) => place(text, text.indexOf(searched(sub))))],
  ['rfind', method('sub', 1, (_run, text, [sub]) => place(text, text.lastIndexOf(searched(sub))))],
  ['index', method('sub', 1, (_run, text, [sub]) => found(place(text, text.indexOf(searched(sub)))))],
  ['rindex', method('sub', 1, (_run, text, [sub]) => found(place(text, text.lastIndexOf(searched(sub)))))],
  ['count', method('sub', 1, (_run, text, [sub]) => count(text, searched(sub)))],
  ['center', method('width fill', 1, (run, text, args) => fill(run, text, { args, side: 'both' }))],
  ['ljust', method('width fill', 1, (run, text, args) => fill(run, text, { args, side: 'right' }))],
  ['rjust', method('width fill', 1, (run, text, args) => fill(run, text, { args, side: 'left' }))],
  ['zfill', method('width', 1, zeroFill)],
  ['isdigit', ascii('isdigit', /^[0-9]+$/)],
  ['isdecimal', ascii('isdecimal', /^[0-9]+$/)],
  ['isnumeric', ascii('isnumeric', /^[0-9]+$/)],
  ['isalpha', ascii('isalpha', /^[A-Za-z]+$/)],
  ['isalnum', ascii('isalnum', /^[A-Za-z0-9]+$/)],
  ['isidentifier', ascii('isidentifier', /^[A-Za-z_][A-Za-z0-9_]*$/)],
  ['islower', ascii('islower', /^[^A-Z]*[a-z][^A-Z]*$/)],
  ['isupper', ascii('isupper', /^[^a-z]*[A-Z][^a-z]*$/)],
  ['isspace', method('', 0, (_run, text) => text !== '' && trim(text, 'left', undefined) === '')],
]);

/** Calls a method of a text; `format` takes arguments of any name. */
export function callStringMethod(run: Run, name: string, of: { text: string; args: CallArguments }): Value {
  const { text, args } = of;
  run.reserve(text.length);
  if (name === 'format') return formatBraces(run, text, args);
  const known = STRING_METHODS.get(name) as Method;
  const result = known.call(run, text, bindArguments(`the method "${name}"`, known, args));
  if (typeof result === 'string') run.reserve(result.length);
  return result;
}

function ascii(name: string, pattern: RegExp): Method {
  return method('', 0, (_run, text) => {
    assertAscii(text, `the method "${name}"`);
    return pattern.test(text);
  });
}

function charsOf(chars: Arg): string | undefined {
  return chars === undefined || chars === null ? undefined : expectText(chars, 'what is stripped');
}

function swapCase(text: string): string {
  assertAscii(text, 'the method "swapcase"');
  return text.replaceAll(/[A-Za-z]/g, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));
}

function texts(run: Run, items: readonly string[]): List {
  run.reserveItems(items.length);
  return new List([...items]);
}

function split(run: Run, text: string, [sep, limit]: readonly Arg[]): Value {
  const most = expectInteger(limit, 'maxsplit', -1);
  run.read(text.length * 4);
  if (sep === undefined || sep === null) return texts(run, splitWords(text, most));
  const separator = searched(sep);
  if (separator === '') throw badValue('a text cannot be split by an empty one');
  const parts = text.split(separator);
  if (most < 0 || parts.length <= most + 1) return texts(run, parts);
  return texts(run, [...parts.slice(0, most), parts.slice(most).join(separator)]);
}

function splitFromEnd(run: Run, text: string, [sep, limit]: readonly Arg[]): Value {
  const most = expectInteger(limit, 'maxsplit', -1);
  if (most < 0) return split(run, text, [sep]);
  if (sep === undefined || sep === null) throw unsupported('"rsplit" with a limit needs a separator');
  const separator = searched(sep);
  if (separator === '') throw badValue('a text cannot be split by an empty one');
  const parts: string[] = [];
  let end = text.length;
  while (parts.length < most) {
    const at = end < separator.length ? -1 : text.lastIndexOf(separator, end - separator.length);
    if (at === -1) break;
    parts.unshift(text.slice(at + separator.length, end));
    run.spend(1 + parts.length / 64);
    end = at;
  }
  return texts(run, [text.slice(0, end), ...parts]);
}

function lines(run: Run, text: string, [keepEnds]: readonly Arg[]): Value {
  return texts(run, splitLines(text, flag(keepEnds)));
}

function partition(...[text, sep, isLast]: [string, Arg, boolean]): Value {
  const separator = searched(sep);
  if (separator === '') throw badValue('a text cannot be split by an empty one');
  const at = isLast ? text.lastIndexOf(separator) : text.indexOf(separator);
  if (at === -1) return new Tuple(isLast ? ['', '', text] : [text, '', '']);
  return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
}

function join(run: Run, text: string, [items]: readonly Arg[]): Value {
  const parts = itemsOf(run, items ?? null).map((item) => expectText(item, 'every item of "join"'));
  run.reserve(parts.reduce((sum, part) => sum + part.length + text.length, 0));
  return parts.join(text);
}

function replace(run: Run, text: string, [old, by, limit]: readonly Arg[]): Value {
  const most = expectInteger(limit, 'the count', -1);
  return replaceText(run, text, { old: searched(old), by: expectText(by ?? null, 'the replacement'), most });
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function withoutSuffix(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

function anyOf(affix: Arg, test: (one: string) => boolean): boolean {
  if (!(affix instanceof Tuple)) return test(expectText(affix ?? null, 'what is compared'));
  return affix.items.some((one) => test(expectText(one, 'what is compared')));
}

function searched(sub: Arg): string {
  return expectText(sub ?? null, 'what is searched for');
}

/** An index in characters. */
function place(text: string, at: number): number {
  return at <= 0 || isSimple(text) ? at : lengthOf(text.slice(0, at));
}

function found(at: number): number {
  if (at === -1) throw badValue('the text that is searched for is not there');
  return at;
}

function count(text: string, sub: string): number {
  return sub === '' ? lengthOf(text) + 1 : text.split(sub).length - 1;
}

/** Fills a text up to a width; Python's `center` puts an odd space to the left when the width is odd. */
export function fill(run: Run, text: string, of: { args: readonly Arg[]; side: 'left' | 'right' | 'both' }): string {
  const [widthValue, fillValue] = of.args;
  const width = expectInteger(widthValue, 'the width');
  const filler = fillValue === undefined ? ' ' : expectText(fillValue, 'the fill character');
  if (lengthOf(filler) !== 1) throw badValue('the fill character has to be one character');
  if (width > MAX_WIDTH) throw unsupported(`fields wider than ${MAX_WIDTH} are not supported`);
  const gap = width - lengthOf(text);
  if (gap <= 0) return text;
  run.reserve(gap);
  const left = of.side === 'right' ? 0 : of.side === 'left' ? gap : Math.floor(gap / 2) + (gap & width & 1);
  return filler.repeat(left) + text + filler.repeat(gap - left);
}

function zeroFill(run: Run, text: string, [widthValue]: readonly Arg[]): Value {
  const hasSign = text.startsWith('-') || text.startsWith('+');
  const sign = hasSign ? text.charAt(0) : '';
  const width = expectInteger(widthValue, 'the width') - sign.length;
  return sign + fill(run, text.slice(sign.length), { args: [width, '0'], side: 'left' });
}

/** Characters one by one; for filters. */
export function reversed(text: string): string {
  return charactersOf(text).reverse().join('');
}
