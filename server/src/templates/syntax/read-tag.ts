import { type Position, Refusal } from '../refusal.ts';
import type { Lines } from './lines.ts';
import { readString } from './read-string.ts';
import type { Token } from './token.ts';
import { skipSpace } from './whitespace.ts';

interface TagText {
  readonly source: string;
  /** After `{{` or `{%` and its sign. */
  readonly start: number;
  readonly tag: 'variable' | 'block';
  readonly lines: Lines;
}

interface TagTokens {
  readonly tokens: readonly Token[];
  /** Where the closing begins, with its sign; undefined when there is none. */
  readonly end: { readonly at: number; readonly sign: string } | undefined;
}

const MAX_TOKENS_OF_TAG = 10_000;
const TOO_MANY = `more than ${MAX_TOKENS_OF_TAG} words and signs in one tag are not supported`;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const FLOAT = /(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?e[+-]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[0-9a-f])+|[1-9](?:_?[0-9])*|0(?:_?0)*/iy;
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;
const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** The tokens of one tag up to its closing, which counts only outside of parentheses and braces. */
export function readTag({ source, start, tag, lines }: TagText): TagTokens {
  const tokens: Token[] = [];
  const open: string[] = [];
  let place = skipSpace(source, start);
  for (; place < source.length; place = skipSpace(source, place)) {
    const sign = open.length === 0 ? closingSign({ source, place, tag }) : undefined;
    if (sign !== undefined) return { tokens, end: { at: place, sign } };
    const at = lines.at(place);
    const { token, end } = readToken(source, place, at);
    if (token.kind === 'operator') balance(open, token.text, at);
    tokens.push(token);
    if (tokens.length > MAX_TOKENS_OF_TAG) throw new Refusal('limit', TOO_MANY, { at });
    place = end;
  }
  return { tokens, end: undefined };
}

function closingSign({ source, place, tag }: { source: string; place: number; tag: string }): string | undefined {
  const closing = tag === 'variable' ? '}}' : '%}';
  if (source.startsWith(closing, place)) return '';
  const sign = source.charAt(place);
  if (sign !== '-' && (sign !== '+' || tag === 'variable')) return undefined;
  return source.startsWith(closing, place + 1) ? sign : undefined;
}

function readToken(source: string, place: number, at: Position): { token: Token; end: number } {
  const first = source.charAt(place);
  if (first === '"' || first === "'") {
    const { text, end } = readString(source, place, at);
    return { token: { kind: 'string', text, at }, end };
  }
  const float = source[place - 1] === '.' ? undefined : match(FLOAT, source, place);
  if (float !== undefined) {
    return { token: { kind: 'float', value: Number(float.replaceAll('_', '')), at }, end: place + float.length };
  }
  const integer = match(INTEGER, source, place);
  if (integer !== undefined) {
    return { token: { kind: 'integer', value: readInteger(integer, at), at }, end: place + integer.length };
  }
  const name = match(NAME, source, place);
  if (name !== undefined) {
    const end = place + name.length;
    if (source.charCodeAt(end) >= 0x80) throw strange(at);
    return { token: { kind: 'name', text: name, at }, end };
  }
  const operator = match(OPERATOR, source, place);
  if (operator === undefined) throw strange(at);
  return { token: { kind: 'operator', text: operator, at }, end: place + operator.length };
}

function readInteger(text: string, at: Position): number {
  const value = Number(text.replaceAll('_', ''));
  if (Number.isSafeInteger(value)) return value;
  throw new Refusal('unsupported', 'whole numbers beyond 9007199254740991 are not supported', { at });
}

function strange(at: Position): Refusal {
  const message = 'this character cannot stand here; names take ASCII letters, digits and "_", other text needs quotes';
  return new Refusal('syntax', message, { at });
}

function match(pattern: RegExp, source: string, place: number): string | undefined {
  pattern.lastIndex = place;
  return pattern.exec(source)?.[0];
}

function balance(open: string[], text: string, at: Position): void {
  const closing = CLOSING[text];
  if (closing !== undefined) open.push(closing);
  else if (text === ')' || text === ']' || text === '}') {
    const expected = open.pop();
    if (expected === text) return;
    const hint = expected === undefined ? 'nothing is open' : `"${expected}" is expected`;
    throw new Refusal('syntax', `"${text}" closes nothing here; ${hint}`, { at });
  }
}
