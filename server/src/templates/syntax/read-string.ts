import { type Position, Refusal } from '../refusal.ts';

const SIMPLE: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
};
const HEX_LENGTHS: Record<string, number> = { x: 2, u: 4, U: 8 };
const MAX_CODE_POINT = 0x10ffff;

/** Reads a quoted string with Python's escapes; `end` is after its closing quote. */
export function readString(source: string, start: number, at: Position): { text: string; end: number } {
  const quote = source.charAt(start);
  let text = '';
  let place = start + 1;
  for (let from = place; ; ) {
    const next = source.charAt(place);
    if (next === '') throw new Refusal('syntax', 'this string is not closed', { at });
    if (next === quote) return { text: text + source.slice(from, place), end: place + 1 };
    if (next !== '\\') {
      place += 1;
      continue;
    }
    text += source.slice(from, place);
    const escaped = readEscape(source, place, at);
    text += escaped.text;
    place = escaped.end;
    from = place;
  }
}

function readEscape(source: string, place: number, at: Position): { text: string; end: number } {
  const letter = source.charAt(place + 1);
  const simple = SIMPLE[letter];
  if (simple !== undefined) return { text: simple, end: place + 2 };
  const length = HEX_LENGTHS[letter];
  if (length !== undefined) {
    const digits = source.slice(place + 2, place + 2 + length);
    const code = /^[0-9a-f]+$/i.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : -1;
    if (code < 0 || code > MAX_CODE_POINT || (code >= 0xd800 && code <= 0xdfff)) {
      throw new Refusal('syntax', `"\\${letter}" needs ${length} hexadecimal digits of a character`, { at });
    }
    return { text: String.fromCodePoint(code), end: place + 2 + length };
  }
  const octal = /[0-7]{1,3}/y;
  octal.lastIndex = place + 1;
  const digits = octal.exec(source)?.[0];
  if (digits !== undefined) {
    return { text: String.fromCodePoint(Number.parseInt(digits, 8)), end: place + 1 + digits.length };
  }
  if (letter === 'N')
    throw new Refusal('unsupported', '"\\N{...}" is not supported; write "\\u" and the digits', { at });
  return { text: '\\', end: place + 1 };
}
