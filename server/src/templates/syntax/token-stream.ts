import { type Position, Refusal } from '../refusal.ts';
import type { Token } from './token.ts';

/** Templates nested deeper than this are refused, so that neither parser nor renderer runs out of stack. */
const MAX_DEPTH = 60;
/** Operators, filters and the like in one tag. */
const MAX_LINKS = 500;

/** The tokens of a template as a parser wants them, and how deep it is in them. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #place = 0;
  #depth = 0;
  #links = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#token(this.#place);
  }

  get following(): Token {
    return this.#token(this.#place + 1);
  }

  next(): Token {
    const token = this.current;
    if (token.kind === 'open') this.#links = 0;
    this.#place += 1;
    return token;
  }

  isOperator(text: string): boolean {
    const token = this.current;
    return token.kind === 'operator' && token.text === text;
  }

  isWord(text: string): boolean {
    const token = this.current;
    return token.kind === 'name' && token.text === text;
  }

  takeOperator(text: string): boolean {
    const isThere = this.isOperator(text);
    if (isThere) this.#place += 1;
    return isThere;
  }

  takeWord(text: string): boolean {
    const isThere = this.isWord(text);
    if (isThere) this.#place += 1;
    return isThere;
  }

  expectOperator(text: string): void {
    if (!this.takeOperator(text)) throw this.unexpected(`"${text}"`);
  }

  expectWord(text: string): void {
    if (!this.takeWord(text)) throw this.unexpected(`"${text}"`);
  }

  expectName(what: string): Token & { kind: 'name' } {
    const token = this.current;
    if (token.kind !== 'name') throw this.unexpected(what);
    this.#place += 1;
    return token;
  }

  expectClose(): void {
    if (this.current.kind !== 'close') throw this.unexpected('the end of the tag');
    this.#place += 1;
  }

  /** Something stands where `expected` should. */
  unexpected(expected: string): Refusal {
    return this.refuse('syntax', `${expected} is expected here, not ${describe(this.current)}`);
  }

  refuse(kind: 'syntax' | 'unsupported', message: string, at: Position = this.current.at): Refusal {
    return new Refusal(kind, message, { at });
  }

  /** Counts what is chained in one tag: each link is computed within the one before. */
  countLink(): void {
    this.#links += 1;
    if (this.#links > MAX_LINKS) {
      throw this.refuse('unsupported', `more than ${MAX_LINKS} operators or filters in one tag are not supported`);
    }
  }

  /** Runs a part of the parser one level deeper. */
  deeper<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw this.refuse('unsupported', `templates nested more than ${MAX_DEPTH} levels deep are not supported`);
    }
    const parsed = parse();
    this.#depth -= 1;
    return parsed;
  }

  #token(place: number): Token {
    return this.#tokens[Math.min(place, this.#tokens.length - 1)] as Token;
  }
}

function describe(token: Token): string {
  if (token.kind === 'name' || token.kind === 'operator') return `"${token.text}"`;
  if (token.kind === 'end') return 'the end of the template';
  if (token.kind === 'close') return 'the end of the tag';
  if (token.kind === 'string') return 'a string';
  return token.kind === 'integer' || token.kind === 'float' ? 'a number' : 'text';
}
