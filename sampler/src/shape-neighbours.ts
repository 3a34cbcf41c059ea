import { COLON, COMMA, DOT, KINDS, Kind, SHAPE_START, SPACE, VARIABLE } from './units.ts';

const DOMAINS = packed(['com', 'net', 'org', 'edu', 'gov', 'mil', 'lan']);
const CALENDAR = packed('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun'.split(' '));
const UNITS = packed('B K M G KB MB GB TB kB KiB MiB GiB ns us ms s sec min hr hrs AM PM am pm UTC GMT'.split(' '));

/**
 * Puts a variable at the end of a shape and takes in what belongs to it: variables before it with only a space, colon or comma
 * between, a scheme or drive before a path, a host before its port, month and weekday before a number. Returns the new length.
 */
export function lineUpVariable(out: Uint16Array, from: number, isUrl: boolean, isPath: boolean): number {
  let length = from;
  for (;;) {
    const before = length - 1;
    const last = out[before] as number;
    if (last === SPACE) {
      if (out[before - 1] === VARIABLE) length = before - 1;
      else if (out[before - 1] === COMMA && out[before - 2] === VARIABLE) length = before - 2;
      else if (!isPath && isWordOf(CALENDAR, out, wordStart(out, before), before)) length = before - 3;
      else break;
    } else if (last === COLON) {
      if (out[before - 1] === VARIABLE) length = before - 1;
      else if (out[before - 1] === COLON && out[before - 2] === VARIABLE) length = before - 2;
      else {
        const start = wordStart(out, before);
        const size = before - start;
        const belongs =
          size > 0 &&
          (isUrl || (isPath ? size === 1 : hasDotInside(out, start, before) || isHexPair(out, start, before)));
        if (!belongs) break;
        length = start;
      }
    } else if (last === COMMA && out[before - 1] === VARIABLE) length = before - 1;
    else break;
  }
  out[length] = VARIABLE;
  return length + 1;
}

/** Units after a number, and the pairs of a hardware address, belong to the variable before them. */
export function absorbsAfterVariable(out: Uint16Array, start: number, end: number): boolean {
  if (end - start > 3 || out[start - 2] !== VARIABLE) return false;
  if (out[start - 1] === SPACE) return isWordOf(UNITS, out, start, end);
  return out[start - 1] === COLON && isHexPair(out, start, end);
}

/** A masked word that only repeats the one before it, as in lists of identifiers, is left out. Returns the new length. */
export function repeatsPreviousWord(out: Uint16Array, start: number, end: number): number {
  const gap = out[start - 1] === SPACE ? (out[start - 2] === COMMA ? 2 : 1) : out[start - 1] === COMMA ? 1 : 0;
  const size = end - start;
  const other = start - gap - size;
  if (gap === 0 || other < SHAPE_START || isWordUnit(out[other - 1] as number)) return end;
  for (let at = 0; at < size; at++) if (out[other + at] !== out[start + at]) return end;
  return start - gap;
}

/** Letters a to f only, without punctuation inside. */
export function isHexWord(out: Uint16Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const unit = out[at] as number;
    if (KINDS[unit] !== Kind.hexLetter) return false;
  }
  return true;
}

/** The word is a host name: its last label is one of those that classes and files do not have. */
export function endsWithDomain(out: Uint16Array, start: number, wordEnd: number): boolean {
  const end = out[wordEnd - 1] === DOT ? wordEnd - 1 : wordEnd;
  return end - start > 5 && out[end - 4] === DOT && isWordOf(DOMAINS, out, end - 3, end);
}

function isHexPair(out: Uint16Array, start: number, end: number): boolean {
  return end - start === 2 && isHexWord(out, start, end);
}

function hasDotInside(out: Uint16Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end - 1; at++) if (out[at] === DOT) return true;
  return false;
}

function wordStart(out: Uint16Array, end: number): number {
  let start = end;
  while (isWordUnit(out[start - 1] as number)) start--;
  return start;
}

function isWordUnit(unit: number): boolean {
  return (KINDS[unit] as number) < Kind.separator;
}

function isWordOf(words: ReadonlySet<number>, out: Uint16Array, start: number, end: number): boolean {
  const size = end - start;
  if (size < 1 || size > 3) return false;
  let word = 0;
  for (let at = start; at < end; at++) {
    const unit = out[at] as number;
    if (unit >= 0x80) return false;
    word = (word << 7) | unit;
  }
  return words.has(word);
}

/** Words of up to three ASCII letters as integers. */
function packed(words: readonly string[]): ReadonlySet<number> {
  return new Set(words.map((word) => [...word].reduce((value, letter) => (value << 7) | letter.charCodeAt(0), 0)));
}
