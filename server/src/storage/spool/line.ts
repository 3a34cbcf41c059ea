import { crc32 } from 'node:zlib';

/*
 * A line is: CRC-32 of the JSON in eight hex digits, a space, the JSON, a newline. The JSON is
 *   {"intent":[...],"record":{...}} or {"settle":[...],"record":{...}}
 * The array holds what the shipper needs to know, so that it need not parse the record, which costs five times as much.
 */
const CHECKSUM_BYTES = 9;
const NEWLINE = 0x0a;
const SPACE = 0x20;
/** JSON.stringify never writes a newline, and UTF-8 needs at most three bytes per UTF-16 unit. */
const BYTES_PER_UNIT = 3;

export type LineKind = 'intent' | 'settle';

export interface Line {
  readonly kind: LineKind;
  /** The array as JSON. */
  readonly head: string;
  /** The record as JSON. */
  readonly record: string;
}

/** Both are JSON; `head` is an array. */
export function lineJson(kind: LineKind, head: string, record: string): string {
  return `{"${kind}":${head},"record":${record}}`;
}

/** Upper bound of the bytes that the line of this JSON takes. */
export function maximumLineBytes(json: string): number {
  return json.length * BYTES_PER_UNIT + CHECKSUM_BYTES + 1;
}

/** Writes one line into the buffer, which must have room for it; gives the offset behind it. */
export function writeLine(buffer: Buffer, offset: number, json: string): number {
  const start = offset + CHECKSUM_BYTES;
  const end = start + buffer.write(json, start, 'utf8');
  writeHex(buffer, offset, crc32(buffer.subarray(start, end)));
  buffer[start - 1] = SPACE;
  buffer[end] = NEWLINE;
  return end + 1;
}

export interface LineReader {
  line(line: Line): void;
  /** A line whose checksum or form is wrong. */
  damaged(): void;
}

/** Reads the whole lines of the first `length` bytes; gives the number of bytes they take. */
export function readLines(buffer: Buffer, length: number, reader: LineReader): number {
  let start = 0;
  for (;;) {
    const end = buffer.indexOf(NEWLINE, start);
    if (end === -1 || end >= length) return start;
    const line = parseLine(buffer, start, end);
    if (line) reader.line(line);
    else reader.damaged();
    start = end + 1;
  }
}

function parseLine(buffer: Buffer, start: number, end: number): Line | undefined {
  const body = start + CHECKSUM_BYTES;
  if (body >= end || buffer[body - 1] !== SPACE) return undefined;
  if (readHex(buffer, start) !== crc32(buffer.subarray(body, end))) return undefined;
  return parseBody(buffer.toString('utf8', body, end));
}

const HEAD_START = '{"settle":'.length;
/** A quote inside a JSON string is escaped, so the first of these ends the array. */
const HEAD_END = '],"record":';

function parseBody(json: string): Line | undefined {
  const kind = json.startsWith('{"settle":[') ? 'settle' : 'intent';
  if (kind === 'intent' && !json.startsWith('{"intent":[')) return undefined;
  const end = json.indexOf(HEAD_END, HEAD_START);
  if (end === -1) return undefined;
  return { kind, head: json.slice(HEAD_START, end + 1), record: json.slice(end + HEAD_END.length, -1) };
}

function writeHex(buffer: Buffer, offset: number, value: number): void {
  for (let index = 0; index < 8; index++) {
    const digit = (value >>> (28 - index * 4)) & 0xf;
    buffer[offset + index] = digit < 10 ? 0x30 + digit : 0x57 + digit;
  }
}

/** -1 when one of the eight is no lower-case hex digit. */
function readHex(buffer: Buffer, offset: number): number {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const code = buffer[offset + index] ?? 0;
    const digit = code <= 0x39 ? code - 0x30 : code - 0x57;
    if (digit < 0 || digit > 0xf || (code > 0x39 && code < 0x61)) return -1;
    value = value * 16 + digit;
  }
  return value;
}
