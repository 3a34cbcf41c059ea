/**
 * Offsets of the members of a JSON object, four per member in order of appearance: key start, key end, value start,
 * value end. The bytes must be valid JSON whose value is an object (they were parsed before). Strings are skipped with
 * the native byte search, so long texts cost little.
 */
export function scanMembers(body: Buffer): number[] {
  const offsets: number[] = [];
  let at = skipTo(body, OPEN_BRACE, 0) + 1;
  for (;;) {
    at = skipSpace(body, at);
    if (body[at] !== QUOTE) return offsets;
    const keyEnd = stringEnd(body, at);
    const valueStart = skipSpace(body, skipSpace(body, keyEnd) + 1);
    const end = valueEnd(body, valueStart);
    offsets.push(at, keyEnd, valueStart, end);
    at = skipSpace(body, end);
    if (body[at] !== COMMA) return offsets;
    at++;
  }
}

/** Offsets of the items of a JSON array, two per item: start and end. The bytes must be valid JSON whose value is an array. */
export function scanItems(body: Buffer): number[] {
  const offsets: number[] = [];
  let at = skipTo(body, OPEN_BRACKET, 0) + 1;
  for (;;) {
    at = skipSpace(body, at);
    if (at >= body.length || body[at] === CLOSE_BRACKET) return offsets;
    const end = valueEnd(body, at);
    offsets.push(at, end);
    at = skipSpace(body, end);
    if (body[at] !== COMMA) return offsets;
    at++;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function skipTo(body: Buffer, byte: number, from: number): number {
  const at = body.indexOf(byte, from);
  return at < 0 ? body.length : at;
}

function skipSpace(body: Buffer, from: number): number {
  let at = from;
  while ((body[at] ?? 0xff) <= 0x20) at++;
  return at;
}

/** Short strings (keys, roles, types) are cheaper byte by byte; the native search pays from here on. */
const SHORT = 24;

/** First offset behind the string that starts here. */
function stringEnd(body: Buffer, start: number): number {
  const limit = Math.min(start + SHORT, body.length);
  let at = start + 1;
  for (; at < limit; at++) {
    const byte = body[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at++;
  }
  for (;;) {
    at = skipTo(body, QUOTE, at);
    let slashes = at - 1;
    while (body[slashes] === BACKSLASH && slashes > start) slashes--;
    if ((at - slashes) % 2 === 1 || at >= body.length) return at + 1;
    at++;
  }
}

/** First offset behind the value that starts here. */
function valueEnd(body: Buffer, start: number): number {
  const first = body[start];
  if (first === QUOTE) return stringEnd(body, start);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return scalarEnd(body, start);
  let depth = 0;
  let at = start;
  while (at < body.length) {
    const byte = body[at];
    if (byte === QUOTE) at = stringEnd(body, at);
    else {
      at++;
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at;
    }
  }
  return at;
}

function scalarEnd(body: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const byte = body[at] ?? COMMA;
    if (byte <= 0x20 || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET) return at;
    at++;
  }
}
