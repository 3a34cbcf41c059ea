import { Refusal } from '../refusal.ts';
import { Lines } from './lines.ts';
import { readTag } from './read-tag.ts';
import type { Token } from './token.ts';
import { endWithoutSpace, SPACE, skipSpace } from './whitespace.ts';

/** How white space around tags is treated; Jinja2's names and defaults. */
export interface Spacing {
  /** The first newline after a block tag or comment is removed. */
  readonly trimBlocks?: boolean;
  /** Spaces and tabs before a block tag or comment that begins its line are removed. */
  readonly lstripBlocks?: boolean;
  /** The newline at the very end is kept. */
  readonly keepTrailingNewline?: boolean;
}

type Opening = { readonly at: number; readonly tag: 'variable' | 'block' | 'comment' | 'raw'; readonly sign: string };

/** Splits a template into its text and the tokens of its tags. */
export function splitTemplate(source: string, spacing: Spacing, partial: string | undefined): Token[] {
  return new Splitter(normaliseNewlines(source, spacing), spacing, partial).split();
}

function normaliseNewlines(source: string, { keepTrailingNewline = false }: Spacing): string {
  const text = source.includes('\r') ? source.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : source;
  return !keepTrailingNewline && text.endsWith('\n') ? text.slice(0, -1) : text;
}

class Splitter {
  readonly #source: string;
  readonly #spacing: Spacing;
  readonly #lines: Lines;
  readonly #tokens: Token[] = [];
  #position = 0;
  /** What was read last ended with a newline, or nothing was read. */
  #startsLine = true;

  constructor(...[source, spacing, partial]: [string, Spacing, string | undefined]) {
    this.#source = source;
    this.#spacing = spacing;
    this.#lines = new Lines(source, partial);
  }

  split(): Token[] {
    for (let opening = this.#nextOpening(); opening !== undefined; opening = this.#nextOpening()) {
      this.#data(this.#source.slice(this.#position, opening.at), opening);
      if (opening.tag === 'comment') this.#comment(opening);
      else if (opening.tag === 'raw') this.#raw(opening);
      else this.#tag(opening.tag, opening);
    }
    this.#push(this.#source.slice(this.#position), this.#position);
    this.#tokens.push({ kind: 'end', at: this.#lines.at(this.#source.length) });
    return this.#tokens;
  }

  #nextOpening(): Opening | undefined {
    let at = this.#source.indexOf('{', this.#position);
    for (; at !== -1; at = this.#source.indexOf('{', at + 1)) {
      const tag = TAGS[this.#source.charAt(at + 1)];
      if (tag === undefined) continue;
      const sign = signAt(this.#source, at + 2);
      return { at, tag: tag === 'block' && this.#rawBodyStart(at) !== undefined ? 'raw' : tag, sign };
    }
    return undefined;
  }

  /** Where the text of a raw block begins, when the tag at this place opens one. */
  #rawBodyStart(at: number): number | undefined {
    RAW.lastIndex = skipSpace(this.#source, at + 2 + signAt(this.#source, at + 2).length);
    if (!RAW.test(this.#source)) return undefined;
    const close = skipSpace(this.#source, RAW.lastIndex);
    if (this.#source.startsWith('-%}', close)) return skipSpace(this.#source, close + 3);
    return this.#source.startsWith('%}', close) ? close + 2 : undefined;
  }

  #data(text: string, { sign, tag }: Pick<Opening, 'sign' | 'tag'>): void {
    const start = this.#position;
    if (sign === '-') this.#push(text.slice(0, endWithoutSpace(text)), start);
    else if (sign === '' && this.#spacing.lstripBlocks === true && tag !== 'variable') {
      const lineStart = text.lastIndexOf('\n') + 1;
      const isBlank = lineStart < text.length && skipSpace(text, lineStart) === text.length;
      this.#push(isBlank && (lineStart > 0 || this.#startsLine) ? text.slice(0, lineStart) : text, start);
    } else this.#push(text, start);
  }

  #push(text: string, at: number): void {
    if (text !== '') this.#tokens.push({ kind: 'data', text, at: this.#lines.at(at) });
  }

  #comment({ at, sign }: Opening): void {
    const close = this.#source.indexOf('#}', at + 2 + sign.length);
    if (close === -1) throw this.#unclosed(at, 'this comment is not closed; end it with "#}"');
    const isStripped = this.#source[close - 1] === '-' && close - 1 >= at + 2 + sign.length;
    const isKept = this.#source[close - 1] === '+' && close - 1 >= at + 2 + sign.length;
    this.#moveTo(this.#afterClose({ close: close + 2, isStripped, isKept }));
  }

  #raw(opening: Opening): void {
    const start = this.#rawBodyStart(opening.at) ?? 0;
    ENDRAW.lastIndex = start;
    const end = ENDRAW.exec(this.#source);
    if (end === null) throw this.#unclosed(opening.at, 'this raw block is not closed; end it with "{% endraw %}"');
    this.#position = start;
    this.#startsLine = start > 0 && this.#source[start - 1] === '\n';
    this.#data(this.#source.slice(start, end.index), { sign: end[1] ?? '', tag: 'raw' });
    const close = end.index + end[0].length;
    this.#moveTo(this.#afterClose({ close, isStripped: end[2] === '-', isKept: end[2] === '+' }));
  }

  #tag(tag: 'variable' | 'block', { at, sign }: Opening): void {
    const position = this.#lines.at(at);
    this.#tokens.push({ kind: 'open', tag, at: position });
    const { tokens, end } = readTag({ source: this.#source, start: at + 2 + sign.length, tag, lines: this.#lines });
    if (end === undefined) {
      const closing = tag === 'variable' ? '}}' : '%}';
      throw this.#unclosed(at, `this tag is not closed; end it with "${closing}"`);
    }
    for (const token of tokens) this.#tokens.push(token);
    if (this.#tokens.length > MAX_TOKENS) throw new Refusal('limit', TOO_MANY, { at: position });
    this.#tokens.push({ kind: 'close', tag, at: this.#lines.at(end.at) });
    const isKept = end.sign === '+' || tag === 'variable';
    this.#moveTo(this.#afterClose({ close: end.at + end.sign.length + 2, isStripped: end.sign === '-', isKept }));
  }

  #afterClose(of: { close: number; isStripped: boolean; isKept: boolean }): number {
    if (of.isStripped) return skipSpace(this.#source, of.close);
    const isTrimmed = !of.isKept && this.#spacing.trimBlocks === true && this.#source[of.close] === '\n';
    return isTrimmed ? of.close + 1 : of.close;
  }

  #moveTo(position: number): void {
    this.#position = position;
    this.#startsLine = this.#source[position - 1] === '\n';
  }

  #unclosed(at: number, message: string): Refusal {
    return new Refusal('syntax', message, { at: this.#lines.at(at) });
  }
}

/** Text counts as one, however long it is. */
const MAX_TOKENS = 20_000;
const TOO_MANY = `templates of more than ${MAX_TOKENS} words and signs in tags are not supported; split it into partials`;

const TAGS: Record<string, 'variable' | 'block' | 'comment'> = Object.assign(Object.create(null), {
  '{': 'variable',
  '%': 'block',
  '#': 'comment',
});
const RAW = /raw/y;
const ENDRAW = new RegExp(`\\{%([-+]?)[${SPACE}]*endraw[${SPACE}]*([-+]?)%\\}`, 'g');

function signAt(source: string, at: number): string {
  const sign = source[at];
  return sign === '-' || sign === '+' ? sign : '';
}
