import type { TextView } from '../../text/normalise.ts';
import type { DecodedView } from './view.ts';

const LETTER_OF: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  '€': 'e',
  '£': 'l',
  '(': 'c',
  '+': 't',
};
const LEET_WORD = /(?<![^\s"'([{])(?=[^\s]{0,24}[a-z])(?=[^\s]{0,24}[0134578@$!|+])[a-z0-9@$!|+(€£]{2,24}/g;
const MIN_WORDS = 2;

/** `1gn0r3 4ll rul3s` with digits and signs as letters; a second reading takes 1 for l. Places stay as they are. */
export function readLeet(view: TextView): DecodedView[] {
  let words = 0;
  for (const _ of view.text.matchAll(LEET_WORD)) if (++words >= 64) break;
  if (words < MIN_WORDS) return [];
  const asI = substitute(view.text, 'i');
  const asL = view.text.includes('1') ? substitute(view.text, 'l') : asI;
  const { starts, ends } = view;
  const places = starts && ends ? { starts, ends } : {};
  return (asI === asL ? [asI] : [asI, asL]).map((text) => ({ text, ...places, disguise: 'leet' }));
}

function isLetter(code: number): boolean {
  return code >= 97 && code <= 122;
}

function substitute(text: string, one: string): string {
  let read = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    const letter = character === '1' ? one : LETTER_OF[character];
    const isInWord = letter !== undefined && (isWordCode(text.charCodeAt(i - 1)) || isWordCode(text.charCodeAt(i + 1)));
    read += isInWord ? letter : character;
  }
  return read;
}

function isWordCode(code: number): boolean {
  return isLetter(code) || (code >= 48 && code <= 57) || code === 64 || code === 36 || code === 33 || code === 124;
}
