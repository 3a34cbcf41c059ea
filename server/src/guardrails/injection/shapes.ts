import { HashIndex } from '../concepts/hash-index.ts';
import { hashWord } from '../concepts/hash-word.ts';
import type { Tokens } from '../concepts/tokenise.ts';
import type { InjectionType } from './rules.ts';
import { SHAPES, type Shape } from './shape-table.ts';

/** Where a shape stands in the normalised text. */
export interface ShapeHit {
  readonly type: InjectionType;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly weight: number;
  readonly untrusted: number;
}

const MAX_HITS = 40;
/** Places where one shape is tried, per text. */
const MAX_TRIES = 600;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether there is anything but ASCII
const ASCII_ONLY = /^[\u0000-\u007f]*$/;

const BY_LITERAL = SHAPES.flatMap(({ literals = [] }, shape) => literals.map((literal) => ({ shape, literal })));
const ANYWHERE = SHAPES.filter(({ words, literals }) => words === undefined && literals === undefined);
/** Positions in SHAPES of those that begin with the same word. */
const WORD_SHAPES: (readonly number[])[] = [];
const BY_WORD = indexWords();

function indexWords(): HashIndex {
  const shapesOf = new Map<string, number[]>();
  SHAPES.forEach(({ words }, shape) => {
    for (const word of words?.split(' ') ?? []) shapesOf.set(word, [...(shapesOf.get(word) ?? []), shape]);
  });
  const entries = new Map<number, number>();
  for (const [word, shapes] of shapesOf) {
    entries.set(hashWord(word), WORD_SHAPES.length);
    WORD_SHAPES.push(shapes);
  }
  return new HashIndex(entries);
}

/** Shapes are tried only where their first word or sign stands, so ordinary text costs one look-up per word. */
export function matchShapes(text: string, tokens: Tokens): ShapeHit[] {
  const hits: ShapeHit[] = [];
  const tries = new Uint16Array(SHAPES.length);
  const attempt = (shape: number, position: number) => {
    const { name, type, pattern, weight, untrusted } = SHAPES[shape] as Shape;
    tries[shape] = (tries[shape] as number) + 1;
    if ((tries[shape] as number) > MAX_TRIES || hits.length >= MAX_HITS) return;
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match !== null)
      hits.push({
        name,
        type,
        start: match.index,
        end: match.index + match[0].length,
        weight,
        untrusted: untrusted ?? weight,
      });
  };
  for (let token = 0; token < tokens.count; token++) {
    const index = BY_WORD.get(tokens.hashes[token] as number);
    if (index < 0) continue;
    for (const shape of WORD_SHAPES[index] ?? []) attempt(shape, tokens.starts[token] as number);
  }
  for (const { shape, literal } of BY_LITERAL) {
    for (
      let at = text.indexOf(literal);
      at >= 0 && (tries[shape] as number) < MAX_TRIES;
      at = text.indexOf(literal, at + literal.length)
    ) {
      attempt(shape, at);
    }
  }
  if (!ASCII_ONLY.test(text)) {
    for (const { name, type, pattern, weight } of ANYWHERE) {
      for (const match of text.matchAll(pattern)) {
        if (hits.length >= MAX_HITS) return hits;
        hits.push({ name, type, start: match.index, end: match.index + match[0].length, weight, untrusted: weight });
      }
    }
  }
  return hits;
}
