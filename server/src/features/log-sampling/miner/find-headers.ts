import type { Group } from './groups.ts';
import { Trait, type Vocabulary } from './vocabulary.ts';

/** What a part of a line between two spaces or bars is, as far as headers go. */
type Part = 'time' | 'level' | 'bracket' | 'dash' | 'masked' | 'component' | 'name' | 'word';

interface Chunk {
  readonly part: Part;
  /** Index of the token after it and the space or bar that follows. */
  readonly end: number;
}

const MAX_CHUNKS = 12;
const MAX_BRACKET_TOKENS = 24;
/** Share of lines that must start with a time for a log to have headers at all. */
const MIN_TIMED_SHARE = 0.8;
/** Share of lines that have a time or level in a column which ends the header. */
const MIN_COLUMN_SHARE = 0.9;
/** Shapes there must be, and their share, before a column of numbers is believed. */
const MIN_COLUMN_SHAPES = 20;
const MIN_SHAPE_SHARE = 0.75;
/** Share of lines in which a component or a class stands at the end of the header. */
const MIN_PART_SHARE = 0.6;
/** And share of different lines: one statement that is most of the log says nothing of headers. */
const MIN_PART_SHAPES = 0.5;
/** Plain words, like the name of a host, that may stand before the component. */
const MAX_WORDS = 2;

const LEVEL =
  /^(?:trace|debug|verbose|info|information|notice|log|warn|warning|error|err|severe|crit|critical|fatal|alert|emerg|panic|[VDIWEF])$/i;
const CLOSERS: Readonly<Record<string, string>> = { '[': ']', '(': ')', '<': '>' };
const OPEN_PARTS: ReadonlySet<Part> = new Set(['time', 'level', 'bracket', 'dash', 'masked']);

/**
 * Where the message starts in each line of a log whose lines have headers: time, host, level, thread, component. What a header looks
 * like is read from all lines together: what stands in the same place in nearly all of them is no part of the message. All zero for
 * a log without headers.
 */
export function findHeaders(vocabulary: Vocabulary, groups: readonly Group[]): number[] {
  const chunked = groups.map(({ tokens }) => chunksOf(vocabulary, tokens));
  const shareOf = (test: (chunks: readonly Chunk[]) => boolean) => shareOfLines(groups, chunked, test);
  if (shareOf((chunks) => startsWithTime(chunks)) < MIN_TIMED_SHARE) return groups.map(() => 0);
  const isUsual = (test: (chunks: readonly Chunk[]) => boolean) =>
    shareOf(test) >= MIN_PART_SHARE && chunked.filter(test).length >= MIN_PART_SHAPES * groups.length;
  const columns = isUsual((chunks) => componentAt(chunks, 0) >= 0) ? 0 : countColumns(groups, chunked);
  const columnsOf = (chunks: readonly Chunk[]) =>
    1 + chunks.slice(0, columns).findLastIndex(({ part }) => part === 'time' || part === 'level');
  const hasComponent = isUsual((chunks) => componentAt(chunks, columnsOf(chunks)) >= 0);
  const hasName = isUsual((chunks) => chunks[skipOpen(chunks, columnsOf(chunks))]?.part === 'name');
  return chunked.map((chunks, at) => {
    const component = hasComponent ? componentAt(chunks, columnsOf(chunks)) : -1;
    let end = component >= 0 ? component + 1 : skipOpen(chunks, columnsOf(chunks));
    if (component < 0 && hasName && chunks[end]?.part === 'name') end = skipOpen(chunks, end + 1);
    const start = chunks[end - 1]?.end ?? 0;
    return start < (groups[at] as Group).tokens.length ? start : 0;
  });
}

/**
 * Columns of the header: up to the last one with a time or level in nearly all lines. A number in a message that is most of the log
 * is no column: others must have one there as well.
 */
function countColumns(groups: readonly Group[], chunked: readonly (readonly Chunk[])[]): number {
  let columns = 0;
  for (let column = 0; column < MAX_CHUNKS; column++) {
    const isColumn = (chunks: readonly Chunk[]) => chunks[column]?.part === 'time' || chunks[column]?.part === 'level';
    if (shareOfLines(groups, chunked, isColumn) < MIN_COLUMN_SHARE) continue;
    const shapes = chunked.filter(isColumn);
    const levels = shapes.filter((chunks) => chunks[column]?.part === 'level');
    const isDiverse = groups.length >= MIN_COLUMN_SHAPES && shapes.length >= MIN_SHAPE_SHARE * groups.length;
    if (isDiverse || levels.length > MIN_SHAPE_SHARE * shapes.length) columns = column + 1;
  }
  return columns;
}

function shareOfLines(
  groups: readonly Group[],
  chunked: readonly (readonly Chunk[])[],
  test: (chunks: readonly Chunk[]) => boolean,
): number {
  let all = 0;
  let passing = 0;
  groups.forEach(({ lines }, at) => {
    all += lines;
    if (test(chunked[at] as readonly Chunk[])) passing += lines;
  });
  return all === 0 ? 0 : passing / all;
}

/** A time among the first parts, with nothing but marks and changing words before it. */
function startsWithTime(chunks: readonly Chunk[]): boolean {
  const first = chunks.findIndex(({ part }) => part !== 'dash' && part !== 'masked' && part !== 'level');
  const part = chunks[first]?.part;
  return first < 3 && (part === 'time' || part === 'bracket');
}

/** The first part from `from` on that may belong to the message. */
function skipOpen(chunks: readonly Chunk[], from: number): number {
  let at = from;
  while (OPEN_PARTS.has(chunks[at]?.part as Part)) at++;
  return at;
}

/** Where the component stands that ends the header, at most some words further on; -1: nowhere. */
function componentAt(chunks: readonly Chunk[], from: number): number {
  let words = 0;
  for (let at = from; at < chunks.length; at++) {
    const part = chunks[at]?.part as Part;
    if (part === 'component') return at;
    if (OPEN_PARTS.has(part)) continue;
    if (++words > MAX_WORDS) return -1;
  }
  return -1;
}

function chunksOf(vocabulary: Vocabulary, tokens: readonly number[]): Chunk[] {
  const textAt = (at: number) => vocabulary.texts[tokens[at] as number];
  const chunks: Chunk[] = [];
  let from = 0;
  while (from < tokens.length && chunks.length < MAX_CHUNKS) {
    const bracketEnd = endOfBracket(textAt, from, tokens.length);
    let to = Math.max(from, bracketEnd);
    while (to < tokens.length && textAt(to) !== ' ' && textAt(to) !== '|') to++;
    let end = to;
    while (end < tokens.length && (textAt(end) === ' ' || textAt(end) === '|')) end++;
    chunks.push({ part: bracketEnd > from ? 'bracket' : partOf(vocabulary, tokens.slice(from, to)), end });
    from = end;
  }
  return chunks;
}

/** The token after the bracket that closes the one at `from`; `from` when there is none. */
function endOfBracket(textAt: (at: number) => string | undefined, from: number, length: number): number {
  const open = textAt(from) ?? '';
  const closer = CLOSERS[open];
  if (closer === undefined) return from;
  let depth = 0;
  for (let at = from; at < Math.min(length, from + MAX_BRACKET_TOKENS); at++) {
    const text = textAt(at);
    if (text === open) depth++;
    else if (text === closer && --depth === 0) return at + 1;
  }
  return from;
}

function partOf(vocabulary: Vocabulary, tokens: readonly number[]): Part {
  const words = tokens.filter((token) => vocabulary.isWord(token));
  const [word] = words;
  if (word === undefined) return tokens.includes(vocabulary.variable) ? 'time' : 'dash';
  const isOneWord = words.length === 1 && !tokens.includes(vocabulary.variable);
  if (isOneWord && LEVEL.test(vocabulary.texts[word] as string)) return 'level';
  const last = vocabulary.texts[tokens.at(-1) as number];
  if (last === ':' && vocabulary.isWord(tokens[0] as number)) return 'component';
  if (tokens.includes(vocabulary.variable) || words.some((one) => vocabulary.isMasked(one))) return 'masked';
  return (vocabulary.traits[word] as number) & Trait.joined ? 'name' : 'word';
}
