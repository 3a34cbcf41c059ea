import type { Part } from '../kernel/chat.ts';
import type { WireEvent } from '../ports/framing.ts';
import type { SkimmedText } from '../ports/protocol.ts';

/** Streams whose events never repeat are not worth looking for what repeats. */
const MAX_ATTEMPTS = 4;

/**
 * Recognises events of a stream that differ from the one before only in their text, byte for byte, so that they need
 * neither be parsed nor decoded. Everything but the text must be equal, and the text must be what JSON allows in a
 * string; random padding (`obfuscation`) beside it may differ too. What it does not recognise is decoded as ever.
 */
export class TextEvents {
  /** The member that holds the text: its name, quotes and colon. */
  readonly #member: Buffer;
  #candidate: Buffer | undefined;
  #attempts = 0;
  #before: Buffer | undefined;
  #between: Buffer | undefined;
  #after: Buffer | undefined;

  constructor(member: string) {
    this.#member = Buffer.from(`"${member}":"`);
  }

  /** After each decoded event: only one that was a piece of text and nothing else is a model for the next. */
  decoded(event: WireEvent, parts: readonly Part[]): void {
    this.#before = undefined;
    this.#candidate = parts.length === 1 && parts[0]?.type === 'text-delta' ? event.raw : undefined;
  }

  /** True when such an event starts at the offset: `skimmed` then says where it ends and where its text is. */
  skim(bytes: Buffer, start: number, skimmed: SkimmedText): boolean {
    if (this.#before === undefined && !this.#learn()) return false;
    const before = this.#before as Buffer;
    const textStart = start + before.length;
    if (!isAt(bytes, start, before)) return false;
    let characters = 0;
    let at = textStart;
    for (;;) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) break;
      // A control character, an escape by number, or the end of the bytes.
      if (!(byte >= SPACE)) return false;
      if (byte === BACKSLASH && !isSimpleEscape(bytes[++at])) return false;
      // In UTF-8 only the first byte of a character is not 10xxxxxx; four bytes are two UTF-16 units.
      if ((byte & 0xc0) !== 0x80) characters += byte >= 0xf0 ? 2 : 1;
      at++;
    }
    const textEnd = at;
    at = this.#behindPadding(bytes, at);
    const after = this.#after as Buffer;
    if (at < 0 || !isAt(bytes, at, after)) return false;
    skimmed.end = at + after.length;
    skimmed.textStart = textStart;
    skimmed.textEnd = textEnd;
    skimmed.characters = characters;
    return true;
  }

  /** Where the rest of the event must start; -1 when what stands between text and padding differs. */
  #behindPadding(bytes: Buffer, from: number): number {
    const between = this.#between;
    if (between === undefined) return from;
    if (!isAt(bytes, from, between)) return -1;
    let at = from + between.length;
    while (isPadding(bytes[at])) at++;
    return at;
  }

  #learn(): boolean {
    const event = this.#candidate;
    this.#candidate = undefined;
    if (event === undefined || this.#attempts >= MAX_ATTEMPTS || event.at(-1) !== LINE_FEED) return false;
    this.#attempts++;
    const text = onlyValue(event, this.#member);
    if (text === undefined) return false;
    const padding = onlyValue(event, PADDING);
    const isPadded = padding !== undefined && padding.start > text.end;
    this.#before = Buffer.from(event.subarray(0, text.start));
    this.#between = isPadded ? Buffer.from(event.subarray(text.end, padding.start)) : undefined;
    this.#after = Buffer.from(event.subarray(isPadded ? padding.end : text.end));
    return true;
  }
}

const PADDING = Buffer.from('"obfuscation":"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LINE_FEED = 0x0a;

/** Where the text value of the member is; undefined when the event has none or several. Inside a string its quotes would be escaped. */
function onlyValue(event: Buffer, member: Buffer): { start: number; end: number } | undefined {
  const found = event.indexOf(member);
  if (found < 0 || event.indexOf(member, found + 1) >= 0) return undefined;
  const start = found + member.length;
  let end = start;
  while (end < event.length && event[end] !== QUOTE) end += event[end] === BACKSLASH ? 2 : 1;
  return end < event.length ? { start, end } : undefined;
}

function isAt(bytes: Buffer, at: number, expected: Buffer): boolean {
  const end = at + expected.length;
  return end <= bytes.length && bytes.compare(expected, 0, expected.length, at, end) === 0;
}

/** Letters, digits and what else stands in padding unescaped. */
function isPadding(byte: number | undefined): boolean {
  return byte !== undefined && byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH && byte < 0x80;
}

/** `\n`, `\"` and their like, one character each. */
function isSimpleEscape(byte: number | undefined): boolean {
  switch (byte) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return true;
    default:
      return false;
  }
}
