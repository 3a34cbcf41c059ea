import { MAX_UNITS, SHAPE_START, shapeBuffer } from './shape-buffer.ts';
import {
  absorbsAfterVariable,
  endsWithDomain,
  lineUpVariable,
  repeatsPreviousWord,
  VariableKind,
} from './shape-neighbours.ts';
import { APOSTROPHE, BACKSLASH, COLON, DOT, KINDS, Kind, MASKED, QUOTE, SLASH, SPACE } from './units.ts';

const MINUS = 0x2d;
const PLUS = 0x2b;
const AT = 0x40;
const NEWLINE = 0x0a;
const ESCAPE = 0x1b;
const GREATER = 0x3e;
const OPEN_BRACKET = 0x5b;

/**
 * Writes the shape of a line into shapeBuffer and returns where it ends: the line in one pass, with runs of white space as one space,
 * each variable as one unit and the changing parts of other words masked. Which digit stands somewhere never matters, only that one
 * does. Units from 0x80 on are letters, lone surrogates too. Only the first line that says something counts.
 */
export function writeShape(line: string): number {
  const out = shapeBuffer;
  const end = Math.min(line.length, MAX_UNITS);
  let at = 0;
  let length = SHAPE_START;
  while (at < end) {
    const first = line.charCodeAt(at);
    const kind = KINDS[first] as number;
    if (kind === Kind.space) {
      if (first === NEWLINE && length > SHAPE_START) break;
      if (length > SHAPE_START && out[length - 1] !== SPACE) out[length++] = SPACE;
      at = first === ESCAPE ? afterColour(line, at, end) : at + 1;
      continue;
    }
    if (kind === Kind.separator) {
      out[length++] = first;
      at++;
      continue;
    }
    if (first === BACKSLASH || first === SLASH) {
      const next = at + 1 < end ? line.charCodeAt(at + 1) : SPACE;
      if (first === BACKSLASH && (next === QUOTE || next === APOSTROPHE)) {
        at++;
        continue;
      }
      const pathEnd = endOfPath(line, at + 1, end);
      if (pathEnd > at + 1) {
        length = lineUpVariable(length, first === SLASH && next === SLASH ? VariableKind.url : VariableKind.path);
        at = pathEnd;
        continue;
      }
    }
    const start = length;
    const startAt = at;
    let unit = first;
    let what: number = kind;
    let kinds = 0;
    while (what === Kind.hexLetter || what === Kind.letter) {
      kinds += what;
      out[length++] = unit;
      unit = ++at < end ? line.charCodeAt(at) : SPACE;
      what = KINDS[unit] as number;
    }
    let letters = length - start;
    if (what >= Kind.separator && unit !== APOSTROPHE) {
      // Most words are letters only.
      if (kinds === letters) {
        const groupsEnd = unit === COLON && letters < 5 ? endOfHexGroups(line, startAt, at) : at;
        if (groupsEnd > at || letters > 7) {
          at = groupsEnd;
          length = lineUpVariable(start, VariableKind.other);
          continue;
        }
      }
      if (letters < 4 && absorbsAfterVariable(start, length)) length = start - 1;
      continue;
    }

    let digits = 0;
    if (what === Kind.digit && letters === 0) {
      do {
        digits++;
        unit = ++at < end ? line.charCodeAt(at) : SPACE;
        what = KINDS[unit] as number;
      } while (what === Kind.digit);
      if (what === Kind.space || what === Kind.separator) {
        // Nearly as many are digits only.
        if (unit === COLON && digits < 5) at = endOfHexGroups(line, startAt, at);
        length = lineUpVariable(start, unit === GREATER ? VariableKind.inAngles : VariableKind.other);
        continue;
      }
      out[length++] = MASKED;
    }

    // A word: segments joined by punctuation. `out` takes it as it comes, masked parts are taken back at the end of each segment.
    let segment = start;
    let turns = 0;
    let plainLetters = 0;
    let plainKinds = 0;
    let hasMask = false;
    let lastMasked = false;
    let slashes = 0;
    let dots = 0;
    let isAddress = false;
    let joint = 0;
    for (;;) {
      if (what <= Kind.letter) {
        if (digits + letters > 0) turns++;
        if (what === Kind.digit) {
          const from = at;
          do {
            unit = ++at < end ? line.charCodeAt(at) : SPACE;
            what = KINDS[unit] as number;
          } while (what === Kind.digit);
          digits += at - from;
          out[length++] = MASKED;
        } else {
          const from = length;
          do {
            kinds += what;
            out[length++] = unit;
            unit = ++at < end ? line.charCodeAt(at) : SPACE;
            what = KINDS[unit] as number;
          } while (what === Kind.hexLetter || what === Kind.letter);
          letters += length - from;
        }
        continue;
      }
      if (unit === APOSTROPHE && letters > 0 && at + 1 < end && isLetter(line.charCodeAt(at + 1)))
        what = Kind.punctuation;
      const goesOn = lastMasked && joint === MINUS;
      const isChanging =
        digits > 0
          ? out[segment] === MASKED ||
            turns > 2 ||
            (kinds === letters && letters + digits > (goesOn ? 3 : digits > 1 ? 5 : 7))
          : goesOn && kinds === letters && letters > 3;
      if (isChanging) {
        if (lastMasked) length = segment - 1;
        else {
          out[segment] = MASKED;
          length = segment + 1;
        }
        lastMasked = true;
        hasMask = true;
      } else {
        plainLetters += letters;
        plainKinds += kinds;
        if (digits > 0) hasMask = true;
        lastMasked = false;
      }
      if (what !== Kind.punctuation) break;
      if (unit === BACKSLASH) {
        const next = at + 1 < end ? line.charCodeAt(at + 1) : SPACE;
        if (next === QUOTE || next === APOSTROPHE) break;
        isAddress = true;
      } else if (unit === SLASH) slashes++;
      else if (unit === DOT) dots++;
      else if (unit === AT && plainLetters > 0) isAddress = true;
      const isSign = (unit === MINUS || unit === PLUS) && letters + digits === 0 && length > start;
      if (!isSign) {
        out[length++] = unit;
        segment = length;
        joint = unit;
      }
      letters = 0;
      kinds = 0;
      digits = 0;
      turns = 0;
      unit = ++at < end ? line.charCodeAt(at) : SPACE;
      what = KINDS[unit] as number;
    }
    if (unit === COLON && at - startAt < 5 && segment === start) {
      const groupsEnd = endOfHexGroups(line, startAt, at);
      if (groupsEnd > at) {
        length = lineUpVariable(start, VariableKind.other);
        at = groupsEnd;
        continue;
      }
    }
    if (
      isAddress ||
      slashes > 1 ||
      (slashes === 1 && dots > 0 && plainLetters > 0) ||
      (hasMask && (plainLetters === 0 || out[start] === MASKED)) ||
      (hasMask && plainKinds === plainLetters && plainLetters > 3) ||
      (dots > 0 && endsWithDomain(start, length, dots))
    ) {
      const isInAngles = at < end && line.charCodeAt(at) === GREATER;
      length = lineUpVariable(start, isInAngles ? VariableKind.inAngles : VariableKind.other);
    } else if (absorbsAfterVariable(start, length)) length = start - 1;
    else if (hasMask) length = repeatsPreviousWord(start, length);
  }
  while (out[length - 1] === SPACE) length--;
  return length;
}

/** Two lanes of 32 bits over the shape; the lower 21 bits of one above the 32 of the other. */
export function hashShape(end: number): number {
  const out = shapeBuffer;
  let high = 0x2f0b4a27;
  let low = 0x6d3a1c95;
  for (let at = SHAPE_START; at < end; at++) {
    const unit = out[at] as number;
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x5bd1e995);
    low ^= low >>> 15;
  }
  high = mixed(high ^ (end - SHAPE_START));
  low = mixed(low ^ Math.imul(high, 0x27d4eb2f));
  return (high & 0x1fffff) * 0x100000000 + (low >>> 0);
}

function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function isLetter(unit: number): boolean {
  const kind = KINDS[unit];
  return kind === Kind.letter || kind === Kind.hexLetter;
}

/** Terminal colours, `ESC [ 1 ; 3 1 m`: everything up to and with the first letter. */
function afterColour(line: string, from: number, end: number): number {
  let at = from + 1;
  if (at === end || line.charCodeAt(at) !== OPEN_BRACKET) return at;
  while (at < end && !isLetter(line.charCodeAt(at))) at++;
  return at + 1;
}

/**
 * Hardware and IPv6 addresses: three or more groups of hexadecimal digits with colons between, pairs or with a decimal digit in
 * them. Returns `otherwise` where there is none.
 */
function endOfHexGroups(line: string, from: number, otherwise: number): number {
  const end = Math.min(line.length, MAX_UNITS);
  let colons = 0;
  let hasDigit = false;
  let arePairs = true;
  let size = 0;
  let at = from;
  for (; at < end; at++) {
    const unit = line.charCodeAt(at);
    const kind = KINDS[unit] as number;
    if (kind <= Kind.hexLetter) {
      if (++size > 4) return otherwise;
      if (kind === Kind.digit) hasDigit = true;
    } else {
      if (size !== 2) arePairs = false;
      if (unit !== COLON) {
        if (kind < Kind.separator) return otherwise;
        break;
      }
      colons++;
      size = 0;
    }
  }
  if (line.charCodeAt(at - 1) === COLON) return otherwise;
  return colons > 1 && (hasDigit || (arePairs && size === 2)) ? at : otherwise;
}

/** Paths and addresses run on over = and : , but neither ends with punctuation. */
function endOfPath(line: string, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const unit = line.charCodeAt(at);
    const kind = KINDS[unit];
    if (kind === Kind.space || (kind === Kind.separator && unit !== COLON && unit !== 0x3d)) break;
    if (unit === BACKSLASH && at + 1 < end && line.charCodeAt(at + 1) === QUOTE) break;
    at++;
  }
  while (at > from && isPathStop(line.charCodeAt(at - 1))) at--;
  return at;
}

function isPathStop(unit: number): boolean {
  return unit === COLON || unit === DOT || unit === 0x3d || unit === 0x21 || unit === 0x3f;
}
