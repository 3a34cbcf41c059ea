import { RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';
import { lexVrl, type VrlToken } from './vrl-lexer.ts';

export type VrlNode =
  | { readonly type: 'literal'; readonly value: string | number | bigint | boolean | null }
  | { readonly type: 'regex'; readonly pattern: string }
  | { readonly type: 'path'; readonly path: readonly string[] }
  | { readonly type: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly type: 'array'; readonly items: readonly VrlNode[] }
  | { readonly type: 'object'; readonly entries: readonly (readonly [string, VrlNode])[] }
  | { readonly type: 'not' | 'minus'; readonly of: VrlNode }
  | { readonly type: 'operation'; readonly sign: string; readonly left: VrlNode; readonly right: VrlNode }
  | { readonly type: 'call'; readonly name: string; readonly aborts: boolean; readonly args: readonly VrlArgument[] }
  | { readonly type: 'assign'; readonly targets: readonly VrlTarget[]; readonly value: VrlNode }
  | { readonly type: 'block'; readonly body: readonly VrlNode[] }
  | { readonly type: 'if'; readonly test: VrlNode; readonly then: VrlNode; readonly else: VrlNode | undefined }
  | { readonly type: 'abort' };
export interface VrlArgument {
  readonly keyword: string | undefined;
  readonly value: VrlNode;
}
export type VrlTarget = Extract<VrlNode, { type: 'path' | 'variable' }> | 'nothing';

/** Binds weakest first. `&&` and `||` share a level and read from left to right. */
const LEVELS = [['??'], ['||', '&&'], ['==', '!='], ['>=', '>', '<=', '<'], ['|'], ['+', '-'], ['*', '/']] as const;
const COMPARISONS = LEVELS[3] as readonly string[];
const RESERVED = new Set(['if', 'else', 'true', 'false', 'null', 'abort', 'return', 'for', 'while', 'loop']);

/** The syntax tree of a VRL program: a block. An operator may end a line but never begin one, as in VRL's grammar. */
export function parseVrl(source: string): VrlNode {
  return new VrlParser(lexVrl(source)).program();
}

class VrlParser {
  readonly #tokens: readonly VrlToken[];
  #at = 0;

  constructor(tokens: readonly VrlToken[]) {
    this.#tokens = tokens;
  }

  program(): VrlNode {
    const body = this.#statements();
    if (this.#token.kind !== 'end') this.#unexpected();
    return { type: 'block', body };
  }

  #statements(): VrlNode[] {
    const body: VrlNode[] = [];
    for (;;) {
      while (this.#token.kind === 'newline' || this.#is(';')) this.#at++;
      if (this.#token.kind === 'end' || this.#is('}')) return body;
      body.push(this.#statement());
      if (!this.#endsStatement()) this.#unexpected();
    }
  }

  #endsStatement(): boolean {
    const { kind } = this.#token;
    return kind === 'newline' || kind === 'end' || this.#is(';') || this.#is('}');
  }

  #statement(): VrlNode {
    const start = this.#at;
    const first = this.#target();
    if (first !== undefined) {
      const targets = [first];
      if (this.#take(',')) targets.push(this.#target() ?? this.#unexpected());
      if (this.#is('|=') || this.#is('??=')) throw new UnsupportedConstruct('Vector', `VRL's ${this.#token.text}`);
      if (this.#take('=')) {
        this.#newlines();
        return { type: 'assign', targets, value: this.#statement() };
      }
      this.#at = start;
    }
    return this.#expression();
  }

  #target(): VrlTarget | undefined {
    const { kind, text } = this.#token;
    const next = this.#tokens[this.#at + 1];
    if (kind === 'word' && text === '_') {
      this.#at++;
      return 'nothing';
    }
    if (kind === 'word' && !RESERVED.has(text) && next?.text !== '(' && next?.text !== '!') return this.#variable();
    if (this.#is('.')) return this.#path();
    return undefined;
  }

  #expression(level = 0): VrlNode {
    const signs: readonly string[] | undefined = LEVELS[level];
    if (signs === undefined) return this.#unary();
    let left = this.#expression(level + 1);
    while (this.#token.kind === 'sign' && signs.includes(this.#token.text)) {
      const sign = this.#next().text;
      if (sign === '|') throw new UnsupportedConstruct('Vector', "VRL's merge operator |");
      this.#newlines();
      const right = this.#expression(level + 1);
      if (COMPARISONS.includes(sign) && left.type === 'operation' && COMPARISONS.includes(left.sign)) {
        throw new RefusedConfiguration('Vector', 'VRL E650, comparisons cannot be chained');
      }
      left = { type: 'operation', sign, left, right };
    }
    return left;
  }

  #unary(): VrlNode {
    if (this.#take('!')) return { type: 'not', of: this.#unary() };
    if (this.#take('-')) return { type: 'minus', of: this.#unary() };
    return this.#primary();
  }

  #primary(): VrlNode {
    const { kind, text } = this.#token;
    if (kind === 'string') return { type: 'literal', value: this.#next().text };
    if (kind === 'regex') return { type: 'regex', pattern: this.#next().text };
    if (kind === 'number') {
      this.#at++;
      return { type: 'literal', value: /^\d+$/.test(text) ? BigInt(text) : Number(text) };
    }
    if (this.#is('.')) return this.#path();
    if (this.#is('[')) return { type: 'array', items: this.#list('[', ']', () => this.#expression()) };
    if (this.#is('{')) return this.#braces();
    if (this.#take('(')) {
      this.#newlines();
      const inner = this.#statement();
      this.#newlines();
      this.#expect(')');
      return inner;
    }
    if (kind !== 'word') return this.#unexpected();
    return this.#word(text);
  }

  #word(text: string): VrlNode {
    if (text === 'true' || text === 'false') {
      this.#at++;
      return { type: 'literal', value: text === 'true' };
    }
    if (text === 'null') {
      this.#at++;
      return { type: 'literal', value: null };
    }
    if (text === 'if') return this.#if();
    if (text === 'abort') {
      this.#at++;
      if (this.#token.kind === 'string') this.#at++;
      return { type: 'abort' };
    }
    if (text === 'else') this.#unexpected();
    if (RESERVED.has(text)) throw new UnsupportedConstruct('Vector', `the VRL keyword ${text}`);
    const next = this.#tokens[this.#at + 1];
    const after = this.#tokens[this.#at + 2];
    if (next?.glued && (next.text === '(' || (next.text === '!' && after?.text === '('))) return this.#call();
    return this.#variable();
  }

  #call(): VrlNode {
    const name = this.#next().text;
    const aborts = this.#take('!');
    const args = this.#list('(', ')', () => {
      const keyword = this.#tokens[this.#at + 1]?.text === ':' ? this.#next().text : undefined;
      if (keyword !== undefined) this.#expect(':');
      return { keyword, value: this.#expression() };
    });
    if (this.#is('-')) {
      const next = this.#tokens[this.#at + 1];
      if (next?.text === '>') throw new UnsupportedConstruct('Vector', 'VRL closures');
    }
    return { type: 'call', name, aborts, args };
  }

  #if(): VrlNode {
    this.#at++;
    const test = this.#expression();
    this.#newlines();
    const then = this.#block();
    if (!this.#isWord('else')) return { type: 'if', test, then, else: undefined };
    this.#at++;
    this.#newlines();
    const otherwise = this.#isWord('if') ? this.#if() : this.#block();
    return { type: 'if', test, then, else: otherwise };
  }

  #block(): VrlNode {
    this.#expect('{');
    const body = this.#statements();
    this.#expect('}');
    return { type: 'block', body };
  }

  /** An object when its first thing is a key, else a block. */
  #braces(): VrlNode {
    let ahead = this.#at + 1;
    while (this.#tokens[ahead]?.kind === 'newline') ahead++;
    const isObject = this.#tokens[ahead + 1]?.text === ':' || this.#tokens[ahead]?.text === '}';
    if (!isObject) return this.#block();
    const entries = this.#list('{', '}', (): readonly [string, VrlNode] => {
      const key = this.#next().text;
      this.#expect(':');
      return [key, this.#expression()];
    });
    return { type: 'object', entries };
  }

  #list<Item>(open: string, close: string, read: () => Item): Item[] {
    this.#expect(open);
    const items: Item[] = [];
    this.#newlines();
    while (!this.#take(close)) {
      items.push(read());
      this.#newlines();
      if (!this.#is(close)) this.#expect(',');
      this.#newlines();
    }
    return items;
  }

  #variable(): Extract<VrlNode, { type: 'variable' }> {
    const name = this.#next().text;
    const path = this.#is('.') && this.#token.glued ? this.#segments() : [];
    return { type: 'variable', name, path };
  }

  #path(): Extract<VrlNode, { type: 'path' }> {
    return { type: 'path', path: this.#segments() };
  }

  #segments(): string[] {
    const path: string[] = [];
    while (this.#is('.')) {
      this.#at++;
      const { kind, text, glued } = this.#token;
      if (!glued || (kind !== 'word' && kind !== 'string')) {
        if (path.length > 0) this.#unexpected();
        return path; // The event itself: a lone dot.
      }
      this.#at++;
      path.push(text);
      if (this.#is('[') && this.#token.glued) throw new UnsupportedConstruct('Vector', 'indexes in VRL paths');
      if (!(this.#is('.') && this.#token.glued)) break;
    }
    return path;
  }

  get #token(): VrlToken {
    return this.#tokens[this.#at] as VrlToken;
  }

  #next(): VrlToken {
    const token = this.#token;
    this.#at++;
    return token;
  }

  #is(sign: string): boolean {
    return this.#token.kind === 'sign' && this.#token.text === sign;
  }

  #isWord(word: string): boolean {
    return this.#token.kind === 'word' && this.#token.text === word;
  }

  #take(sign: string): boolean {
    if (!this.#is(sign)) return false;
    this.#at++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) this.#unexpected(sign);
  }

  #newlines(): void {
    while (this.#token.kind === 'newline') this.#at++;
  }

  #unexpected(wanted?: string): never {
    const instead = wanted === undefined ? '' : ` instead of ${wanted}`;
    throw new RefusedConfiguration('Vector', `VRL E203, unexpected ${this.#token.text}${instead}`);
  }
}
