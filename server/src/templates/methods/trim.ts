import { endWithoutSpace, isSpace, LINE_ENDS, skipSpace } from '../syntax/whitespace.ts';
import { isSimple } from '../values/code-points.ts';

export type Side = 'left' | 'right' | 'both';

/** Python's `strip`, `lstrip` and `rstrip`: white space, or any of the given characters. */
export function trim(...[text, side, characters]: [string, Side, string | undefined]): string {
  if (characters !== undefined) return trimCharacters(text, side, characters);
  const end = side === 'left' ? text.length : endWithoutSpace(text);
  const start = side === 'right' ? 0 : Math.min(skipSpace(text, 0), end);
  return text.slice(start, end);
}

function trimCharacters(...[text, side, characters]: [string, Side, string]): string {
  const isMember = memberOf(characters);
  const all = isSimple(text) ? text : [...text];
  let start = 0;
  let end = all.length;
  if (side !== 'right') while (start < end && isMember(all[start] as string)) start += 1;
  if (side !== 'left') while (end > start && isMember(all[end - 1] as string)) end -= 1;
  return typeof all === 'string' ? all.slice(start, end) : all.slice(start, end).join('');
}

function memberOf(characters: string): (character: string) => boolean {
  const members = new Set(characters);
  return (character) => members.has(character);
}

/** Python's `split()`: words between any white space, at most `limit` cuts. */
export function splitWords(text: string, limit: number): string[] {
  const words: string[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    if (limit >= 0 && words.length === limit) {
      words.push(text.slice(at));
      break;
    }
    let end = at;
    while (end < text.length && !isSpace(text.charCodeAt(end))) end += 1;
    words.push(text.slice(at, end));
    at = skipSpace(text, end);
  }
  return words;
}

const LINE_END = new RegExp(`\\r\\n|[${LINE_ENDS}]`, 'g');

/** Python's `splitlines`: more characters than a newline end a line. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  let from = 0;
  for (const { index, 0: end } of text.matchAll(LINE_END)) {
    lines.push(text.slice(from, keepEnds ? index + end.length : index));
    from = index + end.length;
  }
  if (from < text.length) lines.push(text.slice(from));
  return lines;
}
