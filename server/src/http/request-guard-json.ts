import { WeirError } from '../kernel/errors.ts';

export interface JsonLimits {
  /** Objects and arrays inside each other. */
  readonly maxDepth: number;
  /** Objects, arrays and members of objects in one body: what makes parsing slow, however few bytes it takes. */
  readonly maxMembers: number;
}

export const DEFAULT_JSON_LIMITS: JsonLimits = { maxDepth: 128, maxMembers: 100_000 };

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Throws `request.invalid` when a body would take too long or too deep a recursion to work on. One pass over the bytes
 * before they are parsed, which stops at the limit; strings are skipped with the native search, so long prompts cost
 * nearly nothing. Bytes that are no JSON are left to the parser.
 */
export function assertJsonWithin(body: Buffer, limits: JsonLimits): void {
  const { maxDepth, maxMembers } = limits;
  const { length } = body;
  if (length <= maxDepth && length <= maxMembers) return;
  let depth = 0;
  let members = 0;
  for (let at = 0; at < length; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = closingQuote(body, at);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > maxDepth) throw tooMuch(`nested deeper than server.max_json_depth (${maxDepth})`);
      if (++members > maxMembers) break;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    else if (byte === COLON && ++members > maxMembers) break;
  }
  if (members > maxMembers) throw tooMuch(`made of more members than server.max_json_members (${maxMembers})`);
}

/** Short strings (keys, roles, types) are cheaper byte by byte; the native search pays from here on. */
const SHORT = 24;

/** Where the string that starts here ends; the end of the body when it does not. */
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

function tooMuch(what: string): WeirError {
  return new WeirError('request.invalid', { param: 'body', message: `body: the JSON is ${what}.` });
}
