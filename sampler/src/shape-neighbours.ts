import { shapeBuffer as out, SHAPE_START } from './shape-buffer.ts';
import { COLON, COMMA, DOT, KINDS, Kind, SPACE, VARIABLE } from './units.ts';

const DOMAINS = packed(['com', 'net', 'org', 'edu', 'gov', 'mil', 'lan']);
const CALENDAR = packed('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun'.split(' '));
const UNITS = packed('B K M G KB MB GB TB kB KiB MiB GiB ns us ms s sec min hr hrs AM PM am pm UTC GMT'.split(' '));

/** What follows a variable decides what it takes in: `<5>` keeps its angles, `<5 ms` is less than five. */
export const VariableKind = { other: 0, inAngles: 1, path: 2, url: 3 } as const;

const LESS = 0x3c;

/**
 * Puts a variable at the end of a shape and takes in what belongs to it: variables before it with only a space, colon or comma
 * between, a scheme or drive before a path, a host before its port, month and weekday before a number. Returns the new length.
 */
export function lineUpVariable(from: number, kind: number): number {
  let length = from;
  for (;;) {
    const before = length - 1;
    const last = out[before] as number;
    if (last === SPACE) {
      if (out[before - 1] === VARIABLE) length = before - 1;
      else if (out[before - 1] === COMMA && out[before - 2] === VARIABLE) length = before - 2;
      else if (kind < VariableKind.path && isWordOf(CALENDAR, wordStart(before), before)) length = before - 3;
      else break;
    } else if (last === COLON) {
      if (out[before - 1] === VARIABLE) length = before - 1;
      else if (out[before - 1] === COLON && out[before - 2] === VARIABLE) length = before - 2;
      else {
        const start = wordStart(before);
        const size = before - start;
        const belongs =
          size > 0 &&
          (kind === VariableKind.url ||
            (kind === VariableKind.path ? size === 1 : hasDotInside(start, before) || isHexPair(start, before)));
        if (!belongs) break;
        length = start;
      }
    } else if (last === LESS && out[before - 1] === SPACE && kind === VariableKind.other) length = before;
    else if (last === COMMA && out[before - 1] === VARIABLE) length = before - 1;
    else break;
  }
  out[length] = VARIABLE;
  return length + 1;
}

/** Units after a number, and the pairs of a hardware address, belong to the variable before them. */
export function absorbsAfterVariable(start: number, end: number): boolean {
  if (end - start > 3 || out[start - 2] !== VARIABLE) return false;
  if (out[start - 1] === SPACE) return isWordOf(UNITS, start, end);
  return out[start - 1] === COLON && isHexPair(start, end);
}

/** A masked word that only repeats the one before it, as in lists of identifiers, is left out. Returns the new length. */
export function repeatsPreviousWord(start: number, end: number): number {
  const gap = out[start - 1] === SPACE ? (out[start - 2] === COMMA ? 2 : 1) : out[start - 1] === COMMA ? 1 : 0;
  const size = end - start;
  const other = start - gap - size;
  if (gap === 0 || other < SHAPE_START || isWordUnit(out[other - 1] as number)) return end;
  for (let at = 0; at < size; at++) if (out[other + at] !== out[start + at]) return end;
  return start - gap;
}

/** Letters a to f only, without punctuation inside. */
function isHexWord(start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const unit = out[at] as number;
    if (KINDS[unit] !== Kind.hexLetter) return false;
  }
  return true;
}

/** The word is a host name: its last label is one that classes do not have, or has two letters at the end of three labels or more. */
export function endsWithDomain(start: number, wordEnd: number, dots: number): boolean {
  const isStop = out[wordEnd - 1] === DOT;
  const end = isStop ? wordEnd - 1 : wordEnd;
  if (end - start < 5) return false;
  if (out[end - 4] === DOT) return isWordOf(DOMAINS, end - 3, end);
  if (out[end - 3] !== DOT || (isStop ? dots - 1 : dots) < 2) return false;
  return isLowerCase(out[end - 2] as number) && isLowerCase(out[end - 1] as number);
}

function isLowerCase(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a;
}

function isHexPair(start: number, end: number): boolean {
  return end - start === 2 && isHexWord(start, end);
}

function hasDotInside(start: number, end: number): boolean {
  for (let at = start + 1; at < end - 1; at++) if (out[at] === DOT) return true;
  return false;
}

function wordStart(end: number): number {
  let start = end;
  while (isWordUnit(out[start - 1] as number)) start--;
  return start;
}

function isWordUnit(unit: number): boolean {
  return (KINDS[unit] as number) < Kind.separator;
}

function isWordOf(words: ReadonlySet<number>, start: number, end: number): boolean {
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
