import { hashWord } from '../../concepts/hash-word.ts';

/** Letter-for-letter disguises that can be undone once known. */
export interface Cipher {
  readonly name: string;
  readonly undo: (text: string) => string;
}

const ANCHORS =
  'ignore disregard forget override previous prior instructions instruction prompt system reveal rules hidden secret password developer everything unrestricted jailbreak commands guidelines restrictions message above your'.split(
    ' ',
  );
const COMMON = 'the and you all are this that with show print enter mode'.split(' ');

function shift(text: string, by: number): string {
  let shifted = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    shifted += code >= 97 && code <= 122 ? String.fromCharCode(97 + ((code - 97 + by) % 26)) : text.charAt(i);
  }
  return shifted;
}

function mirror(text: string): string {
  let mirrored = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    mirrored += code >= 97 && code <= 122 ? String.fromCharCode(219 - code) : text.charAt(i);
  }
  return mirrored;
}

function reverse(text: string): string {
  let reversed = '';
  for (let i = text.length - 1; i >= 0; i--) reversed += text.charAt(i);
  return reversed;
}

export const CIPHERS: readonly Cipher[] = [
  { name: 'reversed', undo: reverse },
  { name: 'atbash', undo: mirror },
  ...Array.from(
    { length: 25 },
    (_, index): Cipher => ({ name: `rot${index + 1}`, undo: (text) => shift(text, 25 - index) }),
  ),
];

/** Hashes of telling words as each cipher writes them, to the cipher's index. Reading them costs the look-up that every word gets anyway. */
export function cipherWords(): Map<number, number> {
  const words = new Map<number, number>();
  CIPHERS.forEach(({ name }, index) => {
    const write = name === 'reversed' ? reverse : name === 'atbash' ? mirror : (word: string) => shift(word, index - 1);
    for (const anchor of name === 'rot13' ? [...ANCHORS, ...COMMON] : ANCHORS)
      words.set(hashWord(write(anchor)), index);
  });
  return words;
}
