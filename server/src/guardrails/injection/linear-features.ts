import { hashWord } from '../concepts/hash-word.ts';
import { conceptsOf } from '../concepts/lexicon.ts';
import type { Tokens } from '../concepts/tokenise.ts';
import { LEXICON } from './lexicon.ts';

/** Weights of the model: features are hashed into this many buckets. */
export const BUCKETS = 1 << 17;

const WORD = 0x9e3779b1 | 0;
const PAIR = 0x85ebca6b | 0;
const GAP_PAIR = 0x27d4eb2f | 0;
const CONCEPT = 0x51ed270b;
const CONCEPT_PAIR = 0x6a09e667;
const CHAR_4 = 0x165667b1;
const CHAR_5 = 0x2545f491;
/** Words between two concepts that still make a pair. */
const CONCEPT_GAP = 3;

/** Per entry of the lexicon, a hash for each of its concepts: the names, so that the order of the tables does not matter. */
const CONCEPTS: readonly Int32Array[] = conceptsOf(LEXICON).map((names) => Int32Array.from(names, hashWord));

function bucketOf(hash: number, kind: number): number {
  let mixed = Math.imul(hash ^ kind, 0xcc9e2d51);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x1b873593);
  return (mixed ^ (mixed >>> 13)) & (BUCKETS - 1);
}

/**
 * Tells every feature of a normalised text with the place where it begins: words, pairs of words, pairs with one word between,
 * concepts, pairs of concepts, and pieces of four and five characters. Nothing is allocated.
 */
export function eachFeature(text: string, tokens: Tokens, tell: (position: number, bucket: number) => void): void {
  tellWords(tokens, tell);
  tellConcepts(tokens, tell);
  tellPieces(text, tell);
}

function tellWords({ hashes, starts, count }: Tokens, tell: (position: number, bucket: number) => void): void {
  for (let token = 0; token < count; token++) {
    const position = starts[token] ?? 0;
    const hash = hashes[token] ?? 0;
    tell(position, bucketOf(hash, WORD));
    if (token > 0) tell(position, bucketOf(Math.imul(hashes[token - 1] ?? 0, 31) + hash, PAIR));
    if (token > 1) tell(position, bucketOf(Math.imul(hashes[token - 2] ?? 0, 31) + hash, GAP_PAIR));
  }
}

/** What words mean holds for words that no training text had; pairs are made with the nearest concept of the sentence. */
function tellConcepts(
  { entries, starts, breaks, count }: Tokens,
  tell: (position: number, bucket: number) => void,
): void {
  let before = -1;
  for (let token = 0; token < count; token++) {
    if (breaks[token] === 1) before = -1;
    const entry = entries[token] as number;
    if (entry < 0) continue;
    const position = starts[token] as number;
    const concepts = CONCEPTS[entry] as Int32Array;
    for (let i = 0; i < concepts.length; i++) tell(position, bucketOf(concepts[i] as number, CONCEPT));
    if (before >= 0 && token - before <= CONCEPT_GAP + 1) {
      const others = CONCEPTS[entries[before] as number] as Int32Array;
      for (let i = 0; i < others.length; i++) {
        const first = Math.imul(others[i] as number, 31);
        for (let j = 0; j < concepts.length; j++)
          tell(position, bucketOf(first + (concepts[j] as number), CONCEPT_PAIR));
      }
    }
    before = token;
  }
}

function tellPieces(text: string, tell: (position: number, bucket: number) => void): void {
  let a = 32;
  let b = 32;
  let c = 32;
  let d = 32;
  for (let position = 0; position < text.length; position++) {
    let code = text.charCodeAt(position);
    if (code <= 32) {
      if (d === 32) continue;
      code = 32;
    }
    // Runs of one sign are padding: they say nothing, and they would outweigh the words beside them.
    if (code === d && code === c) continue;
    const four = (Math.imul(Math.imul(Math.imul(b, 257) + c, 257) + d, 257) + code) | 0;
    tell(position, bucketOf(four, CHAR_4));
    if (position > 3) tell(position, bucketOf(four ^ Math.imul(a, 0x3d4d51cb), CHAR_5));
    a = b;
    b = c;
    c = d;
    d = code;
  }
}
