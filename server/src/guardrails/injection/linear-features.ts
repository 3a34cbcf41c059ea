import type { Tokens } from '../concepts/tokenise.ts';

/** Weights of the model: features are hashed into this many buckets. */
export const BUCKETS = 1 << 17;

const WORD = 0x9e3779b1 | 0;
const PAIR = 0x85ebca6b | 0;
const GAP_PAIR = 0x27d4eb2f | 0;
const CHAR_4 = 0x165667b1 | 0;
const CHAR_5 = 0x2545f491 | 0;

function bucketOf(hash: number, kind: number): number {
  let mixed = Math.imul(hash ^ kind, 0xcc9e2d51);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x1b873593);
  return (mixed ^ (mixed >>> 13)) & (BUCKETS - 1);
}

/**
 * Tells every feature of a normalised text with the place where it begins: words, pairs of words, pairs with one word between, and
 * pieces of four and five characters. One pass, nothing allocated.
 */
export function eachFeature(text: string, tokens: Tokens, tell: (position: number, bucket: number) => void): void {
  const { hashes, starts } = tokens;
  for (let token = 0; token < tokens.count; token++) {
    const position = starts[token] ?? 0;
    const hash = hashes[token] ?? 0;
    tell(position, bucketOf(hash, WORD));
    if (token > 0) tell(position, bucketOf(Math.imul(hashes[token - 1] ?? 0, 31) + hash, PAIR));
    if (token > 1) tell(position, bucketOf(Math.imul(hashes[token - 2] ?? 0, 31) + hash, GAP_PAIR));
  }
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
