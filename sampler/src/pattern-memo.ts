import { maskedShape } from './masked-shape.ts';
import type { Pattern } from './pattern.ts';
import type { PatternTable } from './pattern-table.ts';
import { hashShape, writeShape } from './shape.ts';

const ENTRIES = 4096;
const MOST_UNITS = 2048;
/** Texts known at sight, and how long they are at most. */
const TEXTS = 1024;
const LONGEST_TEXT = 256;
/** Every so many lines that are not known at sight, one is remembered: those that come back often will be. */
const TEXT_EVERY = 128;
const encoder = new TextEncoder();

/**
 * Remembers the patterns of lines it saw, so that few lines cost a signature. Texts that come back as they are, as
 * format strings do, are known at sight. Which digit stands somewhere does not matter to a signature, so lines that
 * differ in digits only share an entry: it is found by a hash over four bytes at a time, with every digit as a 0, which
 * costs a tenth of the signature. Two lines may share a hash once in 2^64; nothing is lost but the better name.
 */
export class PatternMemo {
  readonly #table: PatternTable;
  readonly #patterns: (Pattern | undefined)[] = new Array(ENTRIES).fill(undefined);
  /** The two halves of each entry's hash. */
  readonly #hashes = new Int32Array(2 * ENTRIES);
  readonly #bytes = new Uint8Array(3 * MOST_UNITS + 8);
  readonly #words = new Int32Array(this.#bytes.buffer);
  readonly #texts: string[] = new Array(TEXTS).fill('');
  readonly #patternsOfTexts: (Pattern | undefined)[] = new Array(TEXTS).fill(undefined);
  #untilNextText = 1;

  constructor(table: PatternTable) {
    this.#table = table;
  }

  /** The table's pattern for this text. */
  patternOf(text: string): Pattern {
    const { length } = text;
    if (length > MOST_UNITS) return this.#learn(text);
    if (length > LONGEST_TEXT || length === 0) return this.#patternByHash(text);
    const at = (31 * length + text.charCodeAt(length - 1)) & (TEXTS - 1);
    if (this.#texts[at] === text) {
      const known = this.#patternsOfTexts[at];
      if (known !== undefined && this.#table.isYoung(known)) return known;
    }
    // What did not come back leaves: to compare a line that is not the same costs more than to find nothing.
    this.#texts[at] = '';
    const pattern = this.#patternByHash(text);
    if (--this.#untilNextText === 0) {
      this.#untilNextText = TEXT_EVERY;
      this.#texts[at] = internalized(text);
      this.#patternsOfTexts[at] = pattern;
    }
    return pattern;
  }

  #patternByHash(text: string): Pattern {
    const bytes = this.#bytes;
    const words = this.#words;
    const { written } = encoder.encodeInto(text, bytes);
    for (let at = written; at < written + 7; at++) bytes[at] = 0;
    // Two words a turn, and two lanes each that do not wait for the other two.
    let high = 0x811c9dc5 | 0;
    let low = written;
    let otherHigh = 0;
    let otherLow = 0;
    for (let at = 0; at << 2 < written; at += 2) {
      const word = withoutDigits(words[at] as number);
      const other = withoutDigits(words[at + 1] as number);
      high = Math.imul(high ^ word, 0x01000193);
      high ^= high >>> 13;
      low = Math.imul(low ^ word, 0x5bd1e995);
      low ^= low >>> 15;
      otherHigh = Math.imul(otherHigh ^ other, 0x01000193);
      otherHigh ^= otherHigh >>> 13;
      otherLow = Math.imul(otherLow ^ other, 0x5bd1e995);
      otherLow ^= otherLow >>> 15;
    }
    high ^= Math.imul(otherHigh, 0x85ebca6b);
    low ^= Math.imul(otherLow, 0xc2b2ae35);
    low ^= low >>> 15;
    const entry = low & (ENTRIES - 1);
    const hashes = this.#hashes;
    if (hashes[2 * entry] === high && hashes[2 * entry + 1] === low) {
      const known = this.#patterns[entry];
      if (known !== undefined && this.#table.isYoung(known)) return known;
    }
    const pattern = this.#learn(text);
    hashes[2 * entry] = high;
    hashes[2 * entry + 1] = low;
    this.#patterns[entry] = pattern;
    return pattern;
  }

  #learn(text: string): Pattern {
    const end = writeShape(text);
    const pattern = this.#table.of(hashShape(end));
    if (pattern.total === 0) pattern.example = maskedShape(end);
    return pattern;
  }
}

/** Four bytes at once: those that are digits become the digit 0. */
function withoutDigits(word: number): number {
  const less = word ^ 0x30303030;
  const digits = ~(((less & 0x7f7f7f7f) + 0x76767676) | less) & 0x80808080;
  return word & ~((digits >>> 3) - (digits >>> 7));
}

/** The engine's one copy of this text: the same as a literal's, so that one look compares them, and never part of a larger string. */
function internalized(text: string): string {
  const names: Record<string, true> = Object.create(null);
  names[text] = true;
  return Object.keys(names)[0] as string;
}
