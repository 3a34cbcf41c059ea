/** Python counts characters, JavaScript UTF-16 units: the same for text without surrogates. */
const SURROGATE = /[\ud800-\udfff]/;

export function isSimple(text: string): boolean {
  return !SURROGATE.test(text);
}

export function lengthOf(text: string): number {
  if (isSimple(text)) return text.length;
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** The characters of a text, one string each. */
export function charactersOf(text: string): string[] {
  return isSimple(text) ? text.split('') : [...text];
}

/** `text[start:stop]` for bounds that are within the text. */
export function sliceOf(...[text, start, stop]: [string, number, number]): string {
  if (start >= stop) return '';
  return isSimple(text) ? text.slice(start, stop) : [...text].slice(start, stop).join('');
}

/** Order by characters, which differs from JavaScript's for those beyond U+FFFF. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return surrogatesLast(a) - surrogatesLast(b);
  }
  return left.length - right.length;
}

function surrogatesLast(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
