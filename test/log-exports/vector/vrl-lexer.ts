import { RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';

export interface VrlToken {
  readonly kind: 'word' | 'number' | 'string' | 'regex' | 'sign' | 'newline' | 'end';
  readonly text: string;
  /** A name or path segment that follows without a blank belongs to what is before it. */
  readonly glued: boolean;
}

const SIGNS = ['??=', '??', '||', '&&', '==', '!=', '>=', '<=', '|=', ...'{}()[],;.:=<>!|+-*/'];
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '{': '{',
  '}': '}',
};

/** Tokens of a VRL program. Newlines are tokens, because they end a statement. */
export function lexVrl(source: string): VrlToken[] {
  const tokens: VrlToken[] = [];
  let at = 0;
  while (at < source.length) {
    const blank = /[ \t\r]+|#[^\n]*/y;
    blank.lastIndex = at;
    const skipped = blank.exec(source);
    if (skipped) {
      at += skipped[0].length;
      continue;
    }
    const before = source[at - 1];
    const glued = before !== undefined && !/[\s#]/.test(before);
    const [kind, text, length] = readToken(source, at);
    tokens.push({ kind, text, glued });
    at += length;
  }
  tokens.push({ kind: 'end', text: 'the end', glued: false });
  return tokens;
}

function readToken(source: string, at: number): [VrlToken['kind'], string, number] {
  const char = source[at] ?? '';
  if (char === '\n') return ['newline', 'a newline', 1];
  if (char === '"') return readString(source, at);
  if (/[rst]/.test(char) && source[at + 1] === "'") return readQuoted(source, at, char);
  const word = match(source, at, /[A-Za-z_][A-Za-z0-9_]*/y);
  if (word !== undefined) return ['word', word, word.length];
  const number = match(source, at, /\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) return ['number', number.replaceAll('_', ''), number.length];
  if (char === '%') throw new UnsupportedConstruct('Vector', 'event metadata (%)');
  const sign = SIGNS.find((candidate) => source.startsWith(candidate, at));
  if (sign === undefined) throw new RefusedConfiguration('Vector', `VRL E203, unrecognized token ${char}`);
  return ['sign', sign, sign.length];
}

function readString(source: string, start: number): [VrlToken['kind'], string, number] {
  let text = '';
  for (let at = start + 1; at < source.length; at++) {
    const char = source[at] as string;
    if (char === '"') return ['string', text, at + 1 - start];
    if (char === '{' && source[at + 1] === '{') throw new UnsupportedConstruct('Vector', 'templates in VRL strings');
    if (char !== '\\') {
      text += char;
      continue;
    }
    at++;
    const escaped = source[at] ?? '';
    if (escaped === 'u') {
      const code = match(source, at + 1, /\{[0-9a-fA-F]{1,6}\}/y);
      if (code === undefined) throw new RefusedConfiguration('Vector', 'VRL E209, invalid escape \\u');
      text += String.fromCodePoint(Number.parseInt(code.slice(1, -1), 16));
      at += code.length;
    } else if (escaped === '\n') {
      at += match(source, at + 1, /\s*/y)?.length ?? 0;
    } else {
      const value = ESCAPES[escaped];
      if (value === undefined) throw new RefusedConfiguration('Vector', `VRL E209, invalid escape \\${escaped}`);
      text += value;
    }
  }
  throw new RefusedConfiguration('Vector', 'VRL E207, a string literal without its end');
}

/** `r'...'`, `s'...'` and `t'...'` end at the first quote without a backslash before it; nothing in them is escaped. */
function readQuoted(source: string, start: number, sigil: string): [VrlToken['kind'], string, number] {
  const body = match(source, start + 2, /(?:[^'\\]|\\[\s\S])*/y) ?? '';
  if (source[start + 2 + body.length] !== "'") {
    throw new RefusedConfiguration('Vector', `VRL E208, a literal ${sigil}' without its end`);
  }
  if (sigil === 't') throw new UnsupportedConstruct('Vector', 'timestamp literals');
  if (sigil === 's' && body.includes("\\'")) throw new UnsupportedConstruct('Vector', "\\' in a raw string");
  return [sigil === 'r' ? 'regex' : 'string', body, body.length + 3];
}

function match(source: string, at: number, pattern: RegExp): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
