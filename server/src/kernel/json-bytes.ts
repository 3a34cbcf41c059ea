/** Bytes that give JSON its form. */
export const QUOTE = 0x22;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
const BACKSLASH = 0x5c;

/** Short strings (keys, roles, types) are cheaper byte by byte; the native search pays from here on. */
const SHORT = 24;

/** Where the string that starts here ends; the end of the bytes when it does not. */
export function closingQuote(bytes: Buffer, start: number): number {
  const limit = Math.min(start + SHORT, bytes.length);
  let at = start + 1;
  for (; at < limit; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  for (;;) {
    at = bytes.indexOf(QUOTE, at);
    if (at < 0) return bytes.length;
    let slashes = at - 1;
    while (bytes[slashes] === BACKSLASH && slashes > start) slashes--;
    if ((at - slashes) % 2 === 1) return at;
    at++;
  }
}
