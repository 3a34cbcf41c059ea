import { type DecodedView, viewOfRun } from './view.ts';

const IS_BASE64 = new Uint8Array(0x80);
const IS_HEX = new Uint8Array(0x80);
for (let code = 0; code < 0x80; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z0-9+/_-]/.test(character)) IS_BASE64[code] = 1;
  if (/[0-9a-fA-F]/.test(character)) IS_HEX[code] = 1;
}

const MIN_BASE64 = 16;
const MIN_HEX = 16;
/** A longer run is a file, not a sentence; its first part tells enough. */
const MAX_RUN = 4096;
const MAX_RUNS = 24;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Base64, base32 and hexadecimal runs that decode to readable text. */
export function decodeRuns(text: string): DecodedView[] {
  const views: DecodedView[] = [];
  let start = -1;
  let hexDigits = 0;
  for (let position = 0; position <= text.length; position++) {
    const code = position < text.length ? text.charCodeAt(position) : 0;
    if (code < 0x80 && IS_BASE64[code] === 1) {
      if (start < 0) {
        start = position;
        hexDigits = 0;
      }
      hexDigits += IS_HEX[code] ?? 0;
      continue;
    }
    const length = position - start;
    if (start >= 0 && length >= MIN_BASE64 && views.length < MAX_RUNS) {
      const run = { start, end: position };
      const sample = text.slice(start, Math.min(position, start + MAX_RUN));
      const decoded = decodeRun(sample, hexDigits === length);
      if (decoded !== undefined) views.push(viewOfRun(decoded.disguise, decoded.text, run));
    }
    start = -1;
  }
  return views;
}

function decodeRun(run: string, isHex: boolean): { disguise: string; text: string } | undefined {
  if (isHex && run.length >= MIN_HEX && run.length % 2 === 0) {
    const text = readable(Buffer.from(run, 'hex'));
    if (text !== undefined) return { disguise: 'hex', text };
  }
  const fromBase64 = readable(Buffer.from(run, 'base64'));
  if (fromBase64 !== undefined) return { disguise: 'base64', text: fromBase64 };
  const fromBase32 = /^[A-Z2-7]*$/.test(run) ? readable(decodeBase32(run)) : undefined;
  return fromBase32 === undefined ? undefined : { disguise: 'base32', text: fromBase32 };
}

function decodeBase32(run: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (let i = 0; i < run.length; i++) {
    const code = run.charCodeAt(i);
    value = ((value << 5) | (code >= 65 ? code - 65 : code - 24)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}

/** The bytes as text when nearly all of it is letters, spaces and punctuation. */
export function readable(bytes: Buffer): string | undefined {
  let plain = 0;
  for (const byte of bytes) {
    if ((byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09) plain += 1;
    else if (byte < 0x80) return undefined;
  }
  if (plain < bytes.length * 0.5 || bytes.length < 6) return undefined;
  try {
    const text = decoder.decode(bytes);
    return countLetters(text) >= text.length * 0.6 ? text : undefined;
  } catch {
    // Not UTF-8, so it was no text.
    return undefined;
  }
}

function countLetters(text: string): number {
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code | 32) >= 97 && (code | 32) <= 122) letters += 1;
    else if (code === 32 || code >= 0xc0) letters += 1;
  }
  return letters;
}
