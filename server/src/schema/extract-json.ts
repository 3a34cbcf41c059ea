const MAX_CANDIDATES = 8;

/**
 * Pieces of a text that look like one JSON object or array: first what stands in code fences, then what stands between
 * balanced braces in prose; the last one may lack its end. One pass over the text each.
 */
export function jsonCandidates(text: string): string[] {
  const candidates = [...fenced(text), ...balanced(text)];
  return [...new Set(candidates)].filter((candidate) => candidate !== text).slice(0, MAX_CANDIDATES);
}

const FENCE = '```';

function fenced(text: string): string[] {
  const found: string[] = [];
  let from = 0;
  while (found.length < MAX_CANDIDATES) {
    const open = text.indexOf(FENCE, from);
    if (open < 0) return found;
    const line = text.indexOf('\n', open);
    if (line < 0) return found;
    const close = text.indexOf(FENCE, line);
    const content = text.slice(line + 1, close < 0 ? undefined : close).trim();
    if (startsLikeJson(content)) found.push(content);
    if (close < 0) return found;
    from = close + FENCE.length;
  }
  return found;
}

export function startsLikeJson(text: string): boolean {
  return text.startsWith('{') || text.startsWith('[');
}

function balanced(text: string): string[] {
  const found: string[] = [];
  let from = 0;
  while (found.length < MAX_CANDIDATES) {
    const start = firstOpening(text, from);
    if (start < 0) return found;
    const end = closingOf(text, start);
    found.push(text.slice(start, end).trim());
    if (end >= text.length) return found;
    from = end;
  }
  return found;
}

function firstOpening(text: string, from: number): number {
  const brace = text.indexOf('{', from);
  const bracket = text.indexOf('[', from);
  if (brace < 0 || bracket < 0) return Math.max(brace, bracket);
  return Math.min(brace, bracket);
}

/** Behind the bracket that closes the one at `start`; the end of the text when none does. */
function closingOf(text: string, start: number): number {
  let depth = 0;
  let isText = false;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isText) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth === 0) return at + 1;
  }
  return text.length;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
