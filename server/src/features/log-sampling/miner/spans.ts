import type { Vocabulary } from './vocabulary.ts';

/** What a part of a line is, which says how many different values make a variable of it. */
export const SpanKind = { word: 0, quoted: 1, bracketed: 2, value: 3, list: 4, tail: 5 } as const;

export type Visit = (from: number, to: number, kind: number) => void;

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>', '"': '"', "'": "'" };
/** Parts further right are compared as they are. */
const MAX_SPANS = 96;

/** Every part of a line that may turn out to be a variable: words, what quotes and brackets hold, values, lists, and the tail. */
export function visitSpans(vocabulary: Vocabulary, tokens: readonly number[], visit: Visit): void {
  const textAt = (at: number) => vocabulary.texts[tokens[at] as number];
  let spans = 0;
  let open = 0;
  let listEnd = 0;
  for (let at = 0; at < tokens.length && spans < MAX_SPANS; at++) {
    const token = tokens[at] as number;
    const inList = at < listEnd;
    if (token === vocabulary.variable || vocabulary.isWord(token)) {
      visit(at, at + 1, SpanKind.word);
      spans++;
      if (!inList) {
        const to = endOfList(vocabulary, tokens, at);
        if (to > at + 1) visit(at, to, SpanKind.list);
        listEnd = to;
      }
      continue;
    }
    const text = textAt(at) ?? '';
    const closer = CLOSERS[text];
    if (closer !== undefined && closer !== text) open++;
    else if (text === ')' || text === ']' || text === '}' || text === '>') open--;
    if (closer !== undefined) {
      const to = closing(textAt, tokens.length, at);
      const isOneWord =
        to === at + 2 && (vocabulary.isWord(tokens[at + 1] as number) || tokens[at + 1] === vocabulary.variable);
      if (to > at && !isOneWord) {
        visit(at + 1, to, closer === text ? SpanKind.quoted : SpanKind.bracketed);
        spans++;
      }
    } else if (text === '=') {
      const to = endOfValue(textAt, tokens.length, at + 1);
      if (to !== at + 2) {
        visit(at + 1, to, SpanKind.value);
        spans++;
      }
    } else if (text === ':' && open <= 0 && textAt(at + 1) === ' ' && tokens.length > at + 3) {
      visit(at + 2, tokens.length, SpanKind.tail);
      spans++;
    }
  }
}

/** Where what opens at `open` is closed; -1: nowhere. */
function closing(textAt: (at: number) => string | undefined, length: number, open: number): number {
  const opener = textAt(open) ?? '';
  const closer = CLOSERS[opener];
  let depth = 0;
  for (let at = open + 1; at < length; at++) {
    const text = textAt(at);
    if (text === closer) {
      if (depth === 0) return at;
      depth--;
    } else if (text === opener) depth++;
  }
  return -1;
}

/** `a, b, c`: single words with commas between. */
function endOfList(vocabulary: Vocabulary, tokens: readonly number[], from: number): number {
  let at = from + 1;
  while (vocabulary.texts[tokens[at] as number] === ',') {
    const next = tokens[at + 1] === vocabulary.space ? at + 2 : at + 1;
    const token = tokens[next];
    if (token === undefined || !(token === vocabulary.variable || vocabulary.isWord(token))) break;
    at = next + 1;
  }
  return at;
}

/** A value may have several words where the next thing on the line is another `key=`, a comma or the end. */
export function endOfValue(textAt: (at: number) => string | undefined, length: number, from: number): number {
  let at = from;
  let lastSpace = -1;
  for (; at < length; at++) {
    const text = textAt(at);
    if (text === ',' || text === ';' || text === ')' || text === ']' || text === '}' || text === '|' || text === '"')
      return at;
    if (text === '=') return lastSpace < 0 ? at : lastSpace;
    if (text === ' ') lastSpace = at;
  }
  return at;
}

/** The key of the value that starts here: `key=value`, `key="value"`, `"key":"value"`; undefined: it is no such value. */
export function keyOf(vocabulary: Vocabulary, tokens: readonly number[], from: number): number | undefined {
  const textAt = (at: number) => vocabulary.texts[tokens[at] as number];
  let at = from - 1;
  const isQuoted = textAt(at) === '"' || textAt(at) === "'";
  if (isQuoted) at--;
  if (textAt(at) === ' ' && textAt(at - 1) === ':') at--;
  const joint = textAt(at);
  if (joint !== '=' && !(joint === ':' && isQuoted)) return undefined;
  at--;
  if (textAt(at) === '"' || textAt(at) === "'") at--;
  return at >= 0 ? tokens[at] : undefined;
}
