export const HASH_SEED = 0x811c9dc5 | 0;

/** FNV-1a over UTF-16 units: what the tokeniser computes while it walks a word. */
export function hashWord(word: string): number {
  let hash = HASH_SEED;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return hash;
}
