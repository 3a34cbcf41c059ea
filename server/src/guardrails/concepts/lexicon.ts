import { normalise } from '../text/normalise.ts';
import { HashIndex } from './hash-index.ts';
import { hashWord } from './hash-word.ts';

/** 32-bit words per set of concepts, so a lexicon may have 96 of them. */
export const SET_WORDS = 3;

/** Concepts by name, each with its words in one string separated by spaces. A word may stand in several. */
export type ConceptTable = Readonly<Record<string, string>>;

/** What words may mean: rules speak of concepts, so one rule covers every phrasing and language whose words stand in the tables. */
export interface Lexicon {
  readonly concepts: readonly string[];
  /** Hash of the word to its entry; words with one letter missing or doubled are there too. Enciphered words are -1 - the index of their cipher. */
  readonly indexOf: HashIndex;
  /** `shuffleHash` of the words that may be misspelled. */
  readonly shuffled: HashIndex;
  /** SET_WORDS words of bits per entry. */
  readonly sets: Int32Array;
}

export interface LexiconOptions {
  readonly tables: readonly ConceptTable[];
  /** Concepts whose words still count with one letter missing or with the inner letters shuffled. */
  readonly misspellable?: readonly string[];
  /** Hashes of enciphered words with the index of their cipher. */
  readonly ciphers?: ReadonlyMap<number, number>;
}

export function defineLexicon({ tables, misspellable = [], ciphers = new Map() }: LexiconOptions): Lexicon {
  const concepts = [...new Set(tables.flatMap((table) => Object.keys(table)))];
  if (concepts.length > SET_WORDS * 32) throw new Error(`a lexicon holds at most ${SET_WORDS * 32} concepts`);
  const words = [...collectWords(tables)];
  const lexicon = {
    concepts,
    indexOf: new Map<number, number>(),
    shuffled: new Map<number, number>(),
    sets: new Int32Array(words.length * SET_WORDS),
  };
  words.forEach(([word, meanings], index) => {
    for (const concept of meanings) addConcept(lexicon, concept, { set: lexicon.sets, offset: index * SET_WORDS });
    lexicon.indexOf.set(hashWord(word), index);
  });
  words.forEach(([word, meanings], index) => {
    if (misspellable.some((concept) => meanings.has(concept))) addMisspellings(lexicon, word, index);
  });
  for (const [hash, cipher] of ciphers) if (!lexicon.indexOf.has(hash)) lexicon.indexOf.set(hash, -1 - cipher);
  return { ...lexicon, indexOf: new HashIndex(lexicon.indexOf), shuffled: new HashIndex(lexicon.shuffled) };
}

function collectWords(tables: readonly ConceptTable[]): Map<string, Set<string>> {
  const meaningsOf = new Map<string, Set<string>>();
  for (const table of tables) {
    for (const [concept, list] of Object.entries(table)) {
      for (const spelled of list.split(' ')) {
        const word = normalise(spelled).text;
        meaningsOf.set(word, (meaningsOf.get(word) ?? new Set()).add(concept));
      }
    }
  }
  return meaningsOf;
}

function addMisspellings(
  { indexOf, shuffled }: { indexOf: Map<number, number>; shuffled: Map<number, number> },
  word: string,
  index: number,
): void {
  if (word.length < 6) return;
  const key = shuffleHash(word, 0, word.length);
  if (!shuffled.has(key)) shuffled.set(key, index);
  for (let gap = 1; word.length >= 7 && gap < word.length - 1; gap++) {
    const hash = hashWord(word.slice(0, gap) + word.slice(gap + 1));
    if (!indexOf.has(hash)) indexOf.set(hash, index);
  }
  for (let double = 1; double < word.length - 1; double++) {
    const hash = hashWord(word.slice(0, double) + word.charAt(double) + word.slice(double));
    if (!indexOf.has(hash)) indexOf.set(hash, index);
  }
}

/** Per entry, the names of its concepts. */
export function conceptsOf({ concepts, sets }: Lexicon): string[][] {
  return Array.from({ length: sets.length / SET_WORDS }, (_, entry) =>
    concepts.filter(
      (_name, concept) => (((sets[entry * SET_WORDS + (concept >> 5)] ?? 0) >>> (concept & 31)) & 1) === 1,
    ),
  );
}

/** The bits of `a|b`. */
export function setOf(lexicon: Pick<Lexicon, 'concepts'>, names: string): Int32Array {
  const set = new Int32Array(SET_WORDS);
  for (const name of names.split('|')) addConcept(lexicon, name, { set, offset: 0 });
  return set;
}

function addConcept(
  { concepts }: Pick<Lexicon, 'concepts'>,
  concept: string,
  to: { set: Int32Array; offset: number },
): void {
  const index = concepts.indexOf(concept);
  if (index < 0) throw new Error(`unknown concept ${concept}`);
  const at = to.offset + (index >> 5);
  to.set[at] = (to.set[at] ?? 0) | (1 << (index & 31));
}

/** The same for all words that share first letter, last letter and the letters between them in any order. */
export function shuffleHash(text: string, start: number, end: number): number {
  let inner = 0;
  for (let i = start + 1; i < end - 1; i++) {
    const code = text.charCodeAt(i);
    inner = (inner + Math.imul(code * code + 0x9e37, 0x85ebca6b)) | 0;
  }
  return (Math.imul(inner ^ text.charCodeAt(start), 0x01000193) ^ Math.imul(text.charCodeAt(end - 1), 0x27d4eb2f)) | 0;
}
