import type { Json } from '../../../kernel/json.ts';
import { mistake } from './mistake.ts';

/** Names and list positions from a root of the scope: `steps.fetch-data.output.items[0]`. */
export type Path = readonly (string | number)[];

/** `path ?? path ?? literal`: the first operand that exists and is not null; the last one may be null. */
export interface Expression {
  /** As it was written, without braces and outer spaces. */
  readonly source: string;
  readonly operands: readonly Operand[];
}

export type Operand = { readonly path: Path } | { readonly value: Json };

export type TemplatePart = string | Expression;

/** Hyphens belong to names. */
const NAME = /[\p{L}\p{N}_$@-]+/uy;
const INDEX = /\d{1,9}/y;
const SPACES = /\s*/y;
const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d{0,15})(?:\.\d{1,16})?)(?![\p{L}\p{N}_$@.[-])/uy;
const NUMBER = /^(?:0|[1-9]\d{0,8})$/;

/**
 * Splits a text at its `{{ expressions }}`. `\{{` is a literal `{{` (and `\\{{` a backslash before an expression); three
 * braces mean the same as two. Linear. Throws `request.invalid` that says what is wrong and how to write it.
 */
export function parseTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    const isEscaped = open > at && text[open - 1] === '\\';
    literal += text.slice(at, isEscaped ? open - 1 : open);
    if (isEscaped && !(open - 1 > at && text[open - 2] === '\\')) {
      literal += '{{';
      at = open + 2;
      continue;
    }
    const { expression, end } = parseExpression(text, open);
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(expression);
    at = end;
  }
  literal += text.slice(at);
  if (literal !== '') parts.push(literal);
  return parts;
}

/** A path outside braces, as conditions have it; braces around it are allowed. */
export function parsePath(text: string): Path {
  const bare = text.trim();
  const wrapped = bare.startsWith('{{') ? bare : `{{${bare}}}`;
  const { expression, end } = parseExpression(wrapped, 0);
  const [operand] = expression.operands;
  if (end !== wrapped.length || expression.operands.length !== 1 || operand === undefined || !('path' in operand))
    throw mistake(text, 'is not one path', 'Write one path, such as steps.fetch-data.output.count.');
  return operand.path;
}

function parseExpression(text: string, open: number): { expression: Expression; end: number } {
  const braces = text.startsWith('{{{', open) ? 3 : 2;
  const cursor = new Cursor(text, open, open + braces);
  const operands = [cursor.operand()];
  while (cursor.takes('??')) operands.push(cursor.operand());
  const source = text.slice(open + braces, cursor.at).trim();
  if (!cursor.takes('}'.repeat(braces))) throw cursor.unexpected();
  return { expression: { source, operands }, end: cursor.at };
}

class Cursor {
  readonly text: string;
  readonly open: number;
  at: number;

  constructor(text: string, open: number, at: number) {
    this.text = text;
    this.open = open;
    this.at = at;
  }

  takes(token: string): boolean {
    this.match(SPACES);
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  operand(): Operand {
    this.match(SPACES);
    const literal = this.match(LITERAL);
    if (literal !== undefined) return { value: JSON.parse(literal) as Json };
    if (this.text[this.at] === '"' || this.text[this.at] === "'") return { value: this.quoted() };
    return { path: this.path() };
  }

  path(): Path {
    const path: (string | number)[] = [this.name()];
    for (;;) {
      const next = this.text[this.at];
      if (next === '.') {
        this.at++;
        path.push(this.name());
      } else if (next === '[') {
        this.at++;
        path.push(this.bracketed());
      } else return path;
    }
  }

  private name(): string | number {
    const name = this.match(NAME);
    if (name === undefined) throw this.unexpected();
    return NUMBER.test(name) ? Number(name) : name;
  }

  private bracketed(): string | number {
    this.match(SPACES);
    const next = this.text[this.at];
    const key = next === '"' || next === "'" ? this.quoted() : this.match(INDEX);
    if (key === undefined || !this.takes(']')) throw this.unexpected();
    return NUMBER.test(key) ? Number(key) : key;
  }

  private quoted(): string {
    const from = this.at;
    const quote = this.text[this.at++];
    let out = '';
    for (; this.at < this.text.length; this.at++) {
      let character = this.text[this.at] as string;
      if (character === quote) {
        this.at++;
        return out;
      }
      if (character === '\\') character = this.text[++this.at] ?? '';
      out += character;
    }
    this.at = from;
    throw this.unexpected();
  }

  unexpected(): Error {
    const shown = excerpt(this.text, this.open);
    const rest = this.text.slice(this.at, this.at + 8);
    if (/^\s*[#/>^!&]/.test(rest))
      return mistake(
        shown,
        'is a block of another template language',
        'Write a path, such as {{input.name}}; use steps of type condition and map for choices and loops.',
      );
    if (this.text.indexOf('}}', this.at) < 0)
      return mistake(shown, 'is not closed', 'Close the expression with }}, or write \\{{ for literal braces.');
    return mistake(
      shown,
      `is not a path${rest.trim() === '' ? '' : ` (at "${rest.trim().slice(0, 1)}")`}`,
      'Write a path, such as {{steps.fetch-data.output.items[0]}} or {{input["a key"]}}, or \\{{ for literal braces.',
    );
  }
}

function excerpt(text: string, from: number): string {
  const end = text.indexOf('}}', from);
  return text.slice(from, Math.min(end < 0 ? text.length : end + 2, from + 60));
}
