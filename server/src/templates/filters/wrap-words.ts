import { unsupported } from '../refusal.ts';
import { isSimple } from '../values/code-points.ts';
import type { Run } from '../values/run.ts';

export interface Wrapping {
  /** Characters of a line at most, 1 or more. */
  readonly width: number;
  readonly breakLongWords: boolean;
  readonly breakOnHyphens: boolean;
}

/** What separates words here; other white space belongs to them. */
const BLANK = '\\t\\n\\v\\f\\r ';
const SIMPLE_PARTS = new RegExp(`([${BLANK}]+)`);
const WORD = '[\\p{L}\\p{N}_]';
const LETTER = '[\\p{L}\\p{Nl}\\p{No}_]';
const PUNCTUATED = '[\\p{L}\\p{N}_!"\'&.,?]';
/** White space, a dash between words, or a word, which may end behind a hyphen or before a dash. */
const HYPHEN_PARTS = new RegExp(
  `([${BLANK}]+|(?<=${PUNCTUATED})-{2,}(?=${WORD})|[^${BLANK}]+?(?:-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${LETTER}-))(?=${LETTER}-?${LETTER})|(?=[${BLANK}]|$)|(?<=${PUNCTUATED})(?=-{2,}${WORD})))`,
  'u',
);
/** Longer words with hyphens are refused: finding their parts takes time by the square. */
const MAX_HYPHENATED = 500;

/** Python's `textwrap.wrap` of one line, with tabs and white space kept as they are. */
export function wrapWords(run: Run, line: string, wrapping: Wrapping): string[] {
  if (!isSimple(line)) throw unsupported('wrapping text with characters beyond U+FFFF is not supported');
  const chunks = partsOf(run, line, wrapping).filter((part) => part !== '');
  const lines: string[] = [];
  let next = 0;
  const isBlank = (at: number) => chunks[at] !== undefined && chunks[at].trim() === '';
  while (next < chunks.length) {
    if (lines.length > 0 && isBlank(next)) next += 1;
    const current: string[] = [];
    let length = 0;
    for (; next < chunks.length && length + sizeAt(chunks, next) <= wrapping.width; next++) {
      current.push(chunks[next] as string);
      length += sizeAt(chunks, next);
    }
    if (next < chunks.length && sizeAt(chunks, next) > wrapping.width) {
      const taken = takeFromLongWord(chunks[next] as string, { wrapping, length });
      if (taken > 0) current.push((chunks[next] as string).slice(0, taken));
      if (taken > 0) chunks[next] = (chunks[next] as string).slice(taken);
      if (chunks[next] === '') next += 1;
    }
    run.spend(1 + current.length);
    if (current.length > 0 && current.at(-1)?.trim() === '') current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

function partsOf(run: Run, line: string, { breakOnHyphens }: Wrapping): string[] {
  run.reserveItems(line.length / 4);
  if (!breakOnHyphens || !line.includes('-')) return line.split(SIMPLE_PARTS);
  for (const word of line.split(SIMPLE_PARTS)) {
    run.spend(1 + (word.length * word.length) / 256);
    if (word.length > MAX_HYPHENATED && word.includes('-')) {
      throw unsupported(
        `words with hyphens longer than ${MAX_HYPHENATED} characters are not supported; set break_on_hyphens=false`,
      );
    }
  }
  return line.split(HYPHEN_PARTS);
}

function sizeAt(chunks: readonly string[], at: number): number {
  return (chunks[at] as string).length;
}

/** How much of a word that fits on no line goes on this one. */
function takeFromLongWord(word: string, { wrapping, length }: { wrapping: Wrapping; length: number }): number {
  const space = wrapping.width - length;
  if (!wrapping.breakLongWords) return length === 0 ? word.length : 0;
  if (!wrapping.breakOnHyphens || word.length <= space) return space;
  const hyphen = word.lastIndexOf('-', space - 1);
  return space > 0 && hyphen > 0 && /[^-]/.test(word.slice(0, hyphen)) ? hyphen + 1 : space;
}
