import { COLON, closingQuote, OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../../kernel/json-bytes.ts';

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
