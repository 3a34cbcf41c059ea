/** The value of a field on the wire: a varint, a fixed number of 8 or 4 bytes, or bytes. */
export type ProtoValue = number | bigint | Buffer;

/** The bytes are no protocol buffers message. */
export class MalformedProto extends Error {}

/** Calls `visit` for every field of a message, in order. Throws `MalformedProto`. */
export function eachField(message: Buffer, visit: (field: number, value: ProtoValue) => void): void {
  let at = 0;
  while (at < message.length) {
    const tag = readVarint(message, at);
    at = tag.end;
    const field = Number(tag.value) >>> 3;
    if (field === 0) throw new MalformedProto();
    const { value, end } = readValue(message, at, Number(tag.value) & 7);
    at = end;
    visit(field, value);
  }
}

function readValue(message: Buffer, at: number, wireType: number): { value: ProtoValue; end: number } {
  if (wireType === 0) return readVarint(message, at);
  if (wireType === 1) return { value: within(message, at, 8).readBigUInt64LE(at), end: at + 8 };
  if (wireType === 5) return { value: within(message, at, 4).readUInt32LE(at), end: at + 4 };
  if (wireType !== 2) throw new MalformedProto();
  const length = readVarint(message, at);
  const end = length.end + Number(length.value);
  within(message, length.end, Number(length.value));
  return { value: message.subarray(length.end, end), end };
}

function within(message: Buffer, at: number, length: number): Buffer {
  if (at + length > message.length) throw new MalformedProto();
  return message;
}

const SAFE_BYTES = 4;
const MOST_BYTES = 10;

/** Numbers of more than 4 bytes are bigints: 64 bits, without a sign. */
function readVarint(message: Buffer, start: number): { value: number | bigint; end: number } {
  let small = 0;
  for (let at = start; at < start + SAFE_BYTES; at++) {
    const byte = message[at];
    if (byte === undefined) throw new MalformedProto();
    small |= (byte & 0x7f) << (7 * (at - start));
    if (byte < 0x80) return { value: small, end: at + 1 };
  }
  let large = BigInt(small);
  for (let at = start + SAFE_BYTES; at < start + MOST_BYTES; at++) {
    const byte = message[at];
    if (byte === undefined) throw new MalformedProto();
    large |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
    if (byte < 0x80) return { value: BigInt.asUintN(64, large), end: at + 1 };
  }
  throw new MalformedProto();
}
