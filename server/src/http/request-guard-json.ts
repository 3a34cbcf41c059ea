import { WeirError } from '../kernel/errors.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  closingQuote,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../kernel/json-bytes.ts';

export interface JsonLimits {
  /** Objects and arrays inside each other. */
  readonly maxDepth: number;
  /** Objects, arrays and members of objects in one body: what makes parsing slow, however few bytes it takes. */
  readonly maxMembers: number;
}

export const DEFAULT_JSON_LIMITS: JsonLimits = { maxDepth: 128, maxMembers: 100_000 };

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

function tooMuch(what: string): WeirError {
  return new WeirError('request.invalid', { param: 'body', message: `body: the JSON is ${what}.` });
}
