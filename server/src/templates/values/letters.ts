import { unsupported } from '../refusal.ts';

const BEYOND_ASCII = /[\u0080-\uffff]/;
const CASED_TWICE = /[\u01c4-\u01cc\u01f1-\u01f3\u0370-\u03ff\u10d0-\u10ff\u1f80-\u1fff]/;

export function isAscii(text: string): boolean {
  return !BEYOND_ASCII.test(text);
}

/** Where Python's own tables of letters would be needed. */
export function assertAscii(text: string, what: string): void {
  if (!isAscii(text)) throw unsupported(`${what} is supported for ASCII text only`);
}

/** The capital with which a word begins, where that is simply its upper case. */
function titleCase(character: string): string {
  const upper = character.toUpperCase();
  if (character.length !== upper.length || CASED_TWICE.test(character)) {
    throw unsupported('this letter has a special form at the beginning of a word');
  }
  return upper;
}

/** Python's `str.capitalize`. */
export function capitalize(text: string): string {
  const [first] = text;
  if (first === undefined) return '';
  if (!isAscii(first) && /[\u03a3\u03c3]/.test(text)) throw unsupported('the Greek sigma is not supported here');
  return titleCase(first) + text.slice(first.length).toLowerCase();
}

/** Python's `str.title`. */
export function titleWords(text: string): string {
  assertAscii(text, 'the method "title"');
  return text.replaceAll(/[A-Za-z]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
}
