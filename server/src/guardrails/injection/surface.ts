import { asBytes, byteTable } from '../text/bytes.ts';

/** What a text looks like from outside: which disguises are worth undoing. One walk decides for all of them. */
export interface Surface {
  /** A run of 16 or more base64 or hexadecimal characters. */
  readonly hasLongRun: boolean;
  /** Eight short groups of code characters in a row. */
  readonly hasGroups: boolean;
  /** Three escapes: `%69`, `&#105;`, `\x69`, tags. */
  readonly hasEscapes: boolean;
  /** Words pulled apart, or run together. */
  readonly isBroken: boolean;
  /** Digits and signs within words, twice. */
  readonly hasLeet: boolean;
}

const LETTER = 1;
const DIGIT = 2;
const SPACE = 3;
const JOIN = 4;
const OTHER = 0;
const KINDS = new Uint8Array(0x100).fill(LETTER, 0xc0);
for (let code = 0; code < 0x80; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z]/.test(character)) KINDS[code] = LETTER;
  else if (/[0-9]/.test(character)) KINDS[code] = DIGIT;
  else if (/\s/.test(character)) KINDS[code] = SPACE;
  else if (/[-._*~|\\/+'"`^#=[\](){}<>]/.test(character)) KINDS[code] = JOIN;
}
const BASE64 = byteTable(/[A-Za-z0-9+/_-]/);
const CODE = byteTable(/[0-9a-fA-FxX.\-/|,;]/);
const ESCAPE = byteTable(/[%&\\<]/);
const LEET_SIGN = byteTable(/[@$!|]/);

const MIN_RUN = 16;
const MIN_GROUPS = 8;
const LONGEST_GROUP = 10;
const MIN_ESCAPES = 3;
const MIN_SINGLES = 6;
const LONGEST_WORD = 18;

export function surfaceOf(text: string): Surface {
  const bytes = asBytes(text);
  const { length } = text;
  let words = 0;
  let joins = 0;
  let singles = 0;
  let leet = 0;
  let escapes = 0;
  let groups = 0;
  let hasLongRun = false;
  let hasGroups = false;
  let isBroken = false;
  let position = 0;
  while (position < length) {
    // A chunk is what stands between two spaces.
    while (position < length && KINDS[bytes[position] as number] === SPACE) position += 1;
    const start = position;
    let run = 0;
    let codes = 0;
    let letters = 0;
    let before = OTHER;
    let pieces = 0;
    let longestPiece = 0;
    let pieceStart = position;
    while (position < length) {
      const byte = bytes[position] as number;
      const kind = KINDS[byte] as number;
      if (kind === SPACE) break;
      if (BASE64[byte] === 1) {
        run += 1;
        if (run >= MIN_RUN) hasLongRun = true;
      } else run = 0;
      codes += CODE[byte] as number;
      if (kind === LETTER) {
        letters += 1;
        if (before === DIGIT && letters > 1) leet += 1;
        if (before !== LETTER && before !== DIGIT) {
          pieces += 1;
          pieceStart = position;
        }
        if (position - pieceStart >= longestPiece) longestPiece = position - pieceStart + 1;
      } else {
        if (ESCAPE[byte] === 1 && position + 1 < length && KINDS[bytes[position + 1] as number] !== SPACE) escapes += 1;
        if (LEET_SIGN[byte] === 1 && before === LETTER && KINDS[bytes[position + 1] as number] === LETTER) leet += 1;
      }
      before = kind;
      position += 1;
    }
    const size = position - start;
    if (size === 0) continue;
    words += 1;
    if (pieces > 1) joins += 1;
    if (longestPiece >= LONGEST_WORD) isBroken = true;
    singles =
      letters === 1 && size <= 2 ? singles + 1 : letters > 0 && pieces === letters && letters > 2 ? MIN_SINGLES : 0;
    if (singles >= MIN_SINGLES) isBroken = true;
    groups = codes === size && size <= LONGEST_GROUP ? groups + 1 : 0;
    if (groups >= MIN_GROUPS) hasGroups = true;
  }
  return {
    hasLongRun,
    hasGroups: hasGroups || hasCommaGroups(text, words),
    hasEscapes: escapes >= MIN_ESCAPES,
    isBroken: isBroken || (joins >= 2 && joins * 4 >= words) || (words <= 2 && joins > 0),
    hasLeet: leet >= 2,
  };
}

/** `105,103,110` without spaces is one chunk; then the commas tell. */
function hasCommaGroups(text: string, words: number): boolean {
  return words < 4 && text.length > 24 && /\d{2},\d{2}/.test(text);
}
