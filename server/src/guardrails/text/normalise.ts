import { latinLookalike } from './confusables.ts';

/** A readable form of a text, with the way back: character i of `text` came from `starts[i]`..`ends[i]` of the original. */
export interface TextView {
  readonly text: string;
  /** Absent when every character stands where it stood. */
  readonly starts?: Int32Array;
  readonly ends?: Int32Array;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether there is anything but ASCII
const ASCII_ONLY = /^[\u0000-\u007f]*$/;

/**
 * The text as a reader would read it: lower case, compatibility forms resolved (NFKC), accents off Latin letters, invisible
 * characters out, tag characters and negative squared letters as the letters they stand for, lookalikes in Latin words as Latin.
 */
export function normalise(text: string): TextView {
  if (text !== last.original) last = { original: text, view: build(text) };
  return last.view;
}

/** Several detectors read the same text one after another. */
let last: { readonly original: string; readonly view: TextView } = { original: '', view: { text: '' } };

function build(text: string): TextView {
  return ASCII_ONLY.test(text) ? { text: text.toLowerCase() } : new ViewBuilder(text).finish();
}

/** Typographic quotes and dashes as typed, and crossed letters that have no accent to take off. */
const PLAIN_SIGNS = new Map<number, number>(
  [...'‘’‚‛`´']
    .map((sign): [number, number] => [sign.charCodeAt(0), 39])
    .concat([...'“”„‟«»'].map((sign): [number, number] => [sign.charCodeAt(0), 34]))
    .concat([...'‐‑‒–—−'].map((sign): [number, number] => [sign.charCodeAt(0), 45]))
    .concat(
      [...'łøđħŁØĐĦ'].map((letter, index): [number, number] => [letter.charCodeAt(0), 'lodh'.charCodeAt(index % 4)]),
    ),
);

/** The most units that one character becomes (U+FDFA). */
const LONGEST_EXPANSION = 20;

class ViewBuilder {
  private codes: Uint16Array;
  private starts: Int32Array;
  private ends: Int32Array;
  private length = 0;
  private lastInvisible = -1;
  private invisibleRun = 0;

  constructor(text: string) {
    const capacity = text.length + (text.length >> 3) + LONGEST_EXPANSION * 2;
    this.codes = new Uint16Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    for (let position = 0; position < text.length; ) {
      const code = text.charCodeAt(position);
      if (this.length + LONGEST_EXPANSION > this.codes.length) this.grow();
      if (code < 0x80) {
        this.codes[this.length] = code >= 0x41 && code <= 0x5a ? code + 32 : code;
        this.starts[this.length] = position;
        this.ends[this.length++] = ++position;
        continue;
      }
      const point = code >= 0xd800 && code < 0xdc00 ? (text.codePointAt(position) ?? code) : code;
      const end = position + (point > 0xffff ? 2 : 1);
      this.append(point, position, end);
      position = end;
    }
  }

  finish(): TextView {
    foldLookalikes(this.codes, this.length);
    const text = Buffer.from(this.codes.buffer, 0, this.length * 2).toString('utf16le');
    return { text, starts: this.starts.subarray(0, this.length), ends: this.ends.subarray(0, this.length) };
  }

  private append(code: number, start: number, end: number): void {
    if (isInvisible(code)) {
      // Several in a row hide a border between two texts; a single one hides within a word.
      this.invisibleRun = this.lastInvisible === start ? this.invisibleRun + 1 : 1;
      if (this.invisibleRun === 2 && !isMark(code)) this.push(32, start, end);
      this.lastInvisible = end;
      return;
    }
    const plain = PLAIN_SIGNS.get(code) ?? styledLetter(code);
    if (plain !== 0) return this.push(plain, start, end);
    // CJK, kana and Hangul stand for themselves; NFKC would only cost time.
    if ((code >= 0x3041 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7a3)) return this.push(code, start, end);
    const resolved = String.fromCodePoint(code).normalize('NFKD').toLowerCase();
    for (let i = 0; i < resolved.length; i++) {
      const unit = resolved.charCodeAt(i);
      if (!isMark(unit)) this.push(unit, start, end);
    }
  }

  private push(code: number, start: number, end: number): void {
    this.codes[this.length] = code;
    this.starts[this.length] = start;
    this.ends[this.length++] = end;
  }

  private grow(): void {
    const capacity = this.codes.length * 2;
    this.codes = copyInto(new Uint16Array(capacity), this.codes);
    this.starts = copyInto(new Int32Array(capacity), this.starts);
    this.ends = copyInto(new Int32Array(capacity), this.ends);
  }
}

function copyInto<Numbers extends Uint16Array | Int32Array>(target: Numbers, source: Numbers): Numbers {
  target.set(source);
  return target;
}

function isMark(code: number): boolean {
  return (code >= 0x300 && code <= 0x36f) || (code >= 0x1ab0 && code <= 0x1aff) || (code >= 0x20d0 && code <= 0x20ff);
}

function isInvisible(code: number): boolean {
  return (
    isMark(code) ||
    code === 0xad ||
    code === 0x34f ||
    code === 0x61c ||
    code === 0x180e ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0xfeff ||
    code === 0x3164 ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xe0001
  );
}

/** Letters in disguise that NFKC does not resolve: tag characters, variation-selector bytes, negative circled and squared letters. */
function styledLetter(code: number): number {
  if (code < 0x1f130) return 0;
  let unit = 0;
  if (code >= 0xe0020 && code <= 0xe007e) unit = code - 0xe0000;
  else if (code >= 0xe0110 && code <= 0xe016e) unit = code - 0xe0100 + 16;
  else if (code >= 0x1f130 && code <= 0x1f149) unit = code - 0x1f130 + 0x61;
  else if (code >= 0x1f150 && code <= 0x1f169) unit = code - 0x1f150 + 0x61;
  else if (code >= 0x1f170 && code <= 0x1f189) unit = code - 0x1f170 + 0x61;
  else if (code >= 0x1f1e6 && code <= 0x1f1ff) unit = code - 0x1f1e6 + 0x61;
  return unit >= 0x41 && unit <= 0x5a ? unit + 32 : unit;
}

function isLatin(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** Words that mix Latin with lookalikes, and words made of lookalikes only inside a Latin text, become Latin. */
function foldLookalikes(codes: Uint16Array, length: number): void {
  let latin = 0;
  let other = 0;
  for (let i = 0; i < length; i++) {
    const code = codes[i] ?? 0;
    if (isLatin(code)) latin += 1;
    else if (code >= 0x250 && code < 0x600) other += 1;
  }
  if (other === 0 && !hasLetterStyles(codes, length)) return;
  for (let start = 0; start < length; ) {
    if (!isWordCode(codes[start] ?? 0)) {
      start += 1;
      continue;
    }
    let end = start;
    let latinLetters = 0;
    let lookalikes = 0;
    let otherScript = 0;
    while (end < length && isWordCode(codes[end] ?? 0)) {
      if (isLatin(codes[end] ?? 0)) latinLetters += 1;
      else if (latinLookalike(codes[end] ?? 0) !== undefined) lookalikes += 1;
      if ((codes[end] ?? 0) >= 0x370 && (codes[end] ?? 0) < 0x600) otherScript += 1;
      end += 1;
    }
    const isDisguised =
      lookalikes > 0 && (latinLetters > 0 || otherScript === 0 || (lookalikes === end - start && latin >= other));
    if (isDisguised) for (let i = start; i < end; i++) codes[i] = latinLookalike(codes[i] ?? 0) ?? codes[i] ?? 0;
    start = end;
  }
}

function isWordCode(code: number): boolean {
  return isLatin(code) || code >= 0x80;
}

function hasLetterStyles(codes: Uint16Array, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const code = codes[i] ?? 0;
    if ((code >= 0x1d00 && code < 0x1d80) || (code >= 0x2c60 && code < 0x2c80) || code === 0xd7) return true;
    if (code >= 0xa720 && code < 0xa800) return true;
  }
  return false;
}
