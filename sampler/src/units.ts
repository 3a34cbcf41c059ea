/** Kinds of UTF-16 units; the first three make up words, punctuation joins them, separators and spaces end them. */
export const Kind = { digit: 0, hexLetter: 1, letter: 2, punctuation: 3, separator: 4, space: 5 } as const;

/** Stands for a variable in a shape; no line can bring it in, since control characters are spaces. */
export const VARIABLE = 0x01;
/** Stands for the changing part of a word; digits never stand in a shape themselves. */
export const MASKED = 0x30;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const APOSTROPHE = 0x27;
export const COMMA = 0x2c;
export const DOT = 0x2e;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const BACKSLASH = 0x5c;

const SEPARATORS = '=:,;|()[]{}"\'<>';

/** The kind of each unit. */
export const KINDS: Uint8Array = kindsOfUnits();

function kindsOfUnits(): Uint8Array {
  const kinds = new Uint8Array(0x10000).fill(Kind.letter);
  kinds.fill(Kind.punctuation, 0, 0x80);
  for (let unit = 0; unit < 0x80; unit++) {
    const text = String.fromCharCode(unit);
    if (unit <= SPACE || unit === 0x7f) kinds[unit] = Kind.space;
    else if (/[0-9]/.test(text)) kinds[unit] = Kind.digit;
    else if (/[a-fA-F]/.test(text)) kinds[unit] = Kind.hexLetter;
    else if (/[a-zA-Z]/.test(text)) kinds[unit] = Kind.letter;
    else if (SEPARATORS.includes(text)) kinds[unit] = Kind.separator;
  }
  return kinds;
}
