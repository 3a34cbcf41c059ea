const PIECE = /\s?[\p{L}\p{M}]{1,5}|\s?\p{N}{1,3}|\s?[^\s\p{L}\p{N}]|\s+/gu;
const LONGEST_EXACT = 16_384;

/** Cuts a text into pieces of the size tokens have. Joined again they are the text. */
export function cutIntoTokens(text: string): string[] {
  return text.match(PIECE) ?? [];
}

/** Pieces in a text; very long texts are estimated at four characters each, to stay cheap. */
export function countTokens(text: string): number {
  return text.length > LONGEST_EXACT ? Math.ceil(text.length / 4) : cutIntoTokens(text).length;
}
