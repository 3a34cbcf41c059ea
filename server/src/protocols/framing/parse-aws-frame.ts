import { crc32 } from 'node:zlib';
import type { WireEvent } from '../../ports/framing.ts';
import { MalformedFrameError } from './malformed-frame-error.ts';

/** Total length, header length and the CRC of both: 4 bytes each, big-endian. */
export const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const MAX_HEADER_BYTES = 128 * 1024;
const STRING_TYPE = 7;
/** Value sizes by type number: true, false, byte, short, integer, long, (bytes, string: own length), timestamp, uuid. */
const FIXED_SIZES: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];

/** Length of the whole frame, once the prelude's checksum shows that the length can be believed. */
export function awsFrameLength(prelude: Buffer): number {
  if (crc32(prelude.subarray(0, 8)) !== prelude.readUInt32BE(8))
    throw new MalformedFrameError('prelude checksum differs');
  const frameBytes = prelude.readUInt32BE(0);
  const headerBytes = prelude.readUInt32BE(4);
  if (headerBytes > MAX_HEADER_BYTES) throw new MalformedFrameError(`headers of ${headerBytes} bytes`);
  if (frameBytes < PRELUDE_BYTES + headerBytes + CHECKSUM_BYTES) throw new MalformedFrameError('lengths contradict');
  return frameBytes;
}

/**
 * Reads a whole frame whose prelude was checked. A frame of message type `error` has no payload: it is named `error` and
 * its data is `{"code","message"}`; exceptions keep the name their type gives (`throttlingException`).
 */
export function parseAwsFrame(raw: Buffer): WireEvent {
  const payloadEnd = raw.length - CHECKSUM_BYTES;
  if (crc32(raw.subarray(0, payloadEnd)) !== raw.readUInt32BE(payloadEnd)) {
    throw new MalformedFrameError('message checksum differs');
  }
  const payloadStart = PRELUDE_BYTES + raw.readUInt32BE(4);
  const headers = stringHeaders(raw.subarray(PRELUDE_BYTES, payloadStart));
  if (headers.get(':message-type') === 'error') {
    const failure = { code: headers.get(':error-code'), message: headers.get(':error-message') };
    return { name: 'error', data: JSON.stringify(failure), raw };
  }
  const name = headers.get(':event-type') ?? headers.get(':exception-type');
  return { name, data: raw.toString('utf8', payloadStart, payloadEnd), raw };
}

function stringHeaders(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let position = 0;
  while (position < bytes.length) {
    const nameEnd = position + 1 + byteAt(bytes, position);
    const type = byteAt(bytes, nameEnd);
    const value = valueAt(bytes, nameEnd + 1, type);
    if (type === STRING_TYPE) headers.set(bytes.toString('utf8', position + 1, nameEnd), value.bytes.toString('utf8'));
    position = value.end;
  }
  return headers;
}

function valueAt(bytes: Buffer, position: number, type: number): { bytes: Buffer; end: number } {
  if (type >= FIXED_SIZES.length) throw new MalformedFrameError(`header type ${type}`);
  const fixedSize = FIXED_SIZES[type];
  const start = fixedSize === undefined ? position + 2 : position;
  const size = fixedSize ?? byteAt(bytes, position) * 256 + byteAt(bytes, position + 1);
  if (start + size > bytes.length) throw new MalformedFrameError('a header goes past the headers');
  return { bytes: bytes.subarray(start, start + size), end: start + size };
}

function byteAt(bytes: Buffer, position: number): number {
  const byte = bytes[position];
  if (byte === undefined) throw new MalformedFrameError('a header goes past the headers');
  return byte;
}
