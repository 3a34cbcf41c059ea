import type { TextView } from '../../text/normalise.ts';
import { segment } from './segment.ts';
import { type DecodedView, originalSpan } from './view.ts';

const LONG_WORD = 14;
/** Characters of a text that are put together again. */
const MAX_JOINED = 32_768;

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What separates it from the piece before: nothing, punctuation only, or more spaces than usual. */
  readonly gap: string;
}

/**
 * Words pulled apart or run together: `i g n o r e`, `dis.regard`, `in-struc-tions`, `"ig" + "nore"`, `ignoreallrules`. Offsets of the
 * view point at the whole joined word.
 */
export function joinBroken(view: TextView): DecodedView {
  const pieces = cut(view.text.slice(0, MAX_JOINED));
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  const append = (word: string, start: number, end: number) => {
    const span = originalSpan(view, start, end);
    const spaced = `${segmentLong(word)} `;
    text += spaced;
    for (let i = 0; i < spaced.length; i++) {
      starts.push(span.start);
      ends.push(span.end);
    }
  };
  let word = '';
  let start = 0;
  let end = 0;
  let wasSingle = false;
  for (const piece of pieces) {
    const isSingle = piece.text.length === 1;
    const belongs = word !== '' && (joinsWithin(piece.gap) || (isSingle && wasSingle && piece.gap.length <= 1));
    if (!belongs && word !== '') {
      append(word, start, end);
      word = '';
    }
    if (word === '') start = piece.start;
    word += piece.text;
    end = piece.end;
    wasSingle = isSingle;
  }
  if (word !== '') append(word, start, end);
  return { text, starts: Int32Array.from(starts), ends: Int32Array.from(ends), disguise: 'spacing' };
}

/** Punctuation without a space between letters, or a string concatenation. */
function joinsWithin(gap: string): boolean {
  if (gap.length > 8) return false;
  if (gap.includes('+') || gap.includes('][') || gap === '] + [') return true;
  return gap.length <= 2 && gap !== '' && !/[\s,:!?]/.test(gap);
}

function segmentLong(word: string): string {
  return word.length >= LONG_WORD ? (segment(word) ?? word) : word;
}

function cut(text: string): Piece[] {
  const pieces: Piece[] = [];
  let gapStart = 0;
  for (let position = 0; position < text.length; ) {
    if (!isLetter(text.charCodeAt(position))) {
      position += 1;
      continue;
    }
    const start = position;
    while (position < text.length && isLetter(text.charCodeAt(position))) position += 1;
    pieces.push({
      text: text.slice(start, position),
      start,
      end: position,
      gap: text.slice(gapStart, Math.min(start, gapStart + 9)),
    });
    gapStart = position;
  }
  return pieces;
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code >= 0xc0;
}
