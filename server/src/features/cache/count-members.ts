const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const BACKSLASH = 0x5c;

/** Objects, arrays and members in the bytes of valid JSON. Strings are skipped with the native search. */
export function countMembers(body: Buffer): number {
  let members = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = closingQuote(body, at);
    else if (byte === COLON || byte === OPEN_BRACE || byte === OPEN_BRACKET) members++;
  }
  return members;
}

/** Short strings are cheaper byte by byte; the native search pays from here on. */
const SHORT = 24;

function closingQuote(body: Buffer, start: number): number {
  const limit = Math.min(start + SHORT, body.length);
  let at = start + 1;
  for (; at < limit; at++) {
    const byte = body[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  for (;;) {
    at = body.indexOf(QUOTE, at);
    if (at < 0) return body.length;
    let slashes = at - 1;
    while (body[slashes] === BACKSLASH && slashes > start) slashes--;
    if ((at - slashes) % 2 === 1) return at;
    at++;
  }
}
