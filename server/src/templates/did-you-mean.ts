import { nearest } from '../kernel/nearest.ts';

/** Longer names are not compared: it takes time by their length, and nobody mistypes them. */
const MAX_LENGTH = 40;
const MOST_NAMES = 200;

/** `; did you mean "name"?` for the nearest of the names, or nothing. */
export function didYouMean(word: string, names: readonly string[]): string {
  if (word.length > MAX_LENGTH) return '';
  const likely = names.slice(0, MOST_NAMES).filter((name) => /^[A-Za-z_]\w*$/.test(name) && name.length <= MAX_LENGTH);
  const meant = nearest(word, likely);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}
