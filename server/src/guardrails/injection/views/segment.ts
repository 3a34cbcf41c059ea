import { hashWord } from '../../concepts/hash-word.ts';
import { LEXICON } from '../lexicon.ts';

const GLUE = new Set(
  'i a an the me to of in on and or is it this that with for be so if as by at we he she they them now then do not no you your all my are was were can will go say out its from about into please just what how who why word'.split(
    ' ',
  ),
);
const LONGEST_WORD = 16;
const LONGEST_RUN = 400;

/** Letters without spaces as words, when known words cover all of them; undefined when they do not. */
export function segment(letters: string): string | undefined {
  if (letters.length > LONGEST_RUN) return undefined;
  // cost[i]: fewest words that spell the first i letters; fewer words means longer words, which is the better reading.
  const cost = new Uint16Array(letters.length + 1).fill(0xffff);
  const from = new Uint16Array(letters.length + 1);
  cost[0] = 0;
  for (let end = 1; end <= letters.length; end++) {
    for (let start = Math.max(0, end - LONGEST_WORD); start < end; start++) {
      const price = (cost[start] ?? 0xffff) + 1;
      if (price >= (cost[end] ?? 0xffff) || !isKnown(letters.slice(start, end))) continue;
      cost[end] = price;
      from[end] = start;
    }
  }
  if ((cost[letters.length] ?? 0xffff) === 0xffff) return undefined;
  const words: string[] = [];
  for (let end = letters.length; end > 0; end = from[end] ?? 0) words.unshift(letters.slice(from[end] ?? 0, end));
  return words.join(' ');
}

function isKnown(word: string): boolean {
  return word.length <= 2 ? GLUE.has(word) : GLUE.has(word) || LEXICON.indexOf.get(hashWord(word)) >= 0;
}
