import { crc32 } from 'node:zlib';

/** What a test says about a frame; headers are strings, or raw bytes with their type number. */
export interface AwsFrame {
  readonly headers: Readonly<Record<string, string | { readonly type: number; readonly bytes: Buffer }>>;
  readonly payload: Buffer | string;
}

/** One frame of application/vnd.amazon.eventstream, for tests and fake upstreams. */
export function encodeAwsFrame(frame: AwsFrame): Buffer {
  const headers = Buffer.concat(Object.entries(frame.headers).map(([name, value]) => encodeHeader(name, value)));
  const payload = Buffer.from(frame.payload);
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(12 + headers.length + payload.length + 4, 0);
  prelude.writeUInt32BE(headers.length, 4);
  const unsealed = Buffer.concat([prelude, checksum(prelude), headers, payload]);
  return Buffer.concat([unsealed, checksum(unsealed)]);
}

/** The frame Bedrock sends for an event: JSON payload under its `:event-type`. */
export function encodeAwsEvent(eventType: string, payload: unknown): Buffer {
  const headers = { ':event-type': eventType, ':content-type': 'application/json', ':message-type': 'event' };
  return encodeAwsFrame({ headers, payload: JSON.stringify(payload) });
}

/** The frame Bedrock sends when a running stream fails. */
export function encodeAwsException(exceptionType: string, payload: unknown): Buffer {
  const headers = {
    ':exception-type': exceptionType,
    ':content-type': 'application/json',
    ':message-type': 'exception',
  };
  return encodeAwsFrame({ headers, payload: JSON.stringify(payload) });
}

function encodeHeader(name: string, value: string | { readonly type: number; readonly bytes: Buffer }): Buffer {
  const nameBytes = Buffer.from(name);
  const prefix = Buffer.concat([Buffer.from([nameBytes.length]), nameBytes]);
  if (typeof value !== 'string') return Buffer.concat([prefix, Buffer.from([value.type]), value.bytes]);
  const text = Buffer.from(value);
  return Buffer.concat([prefix, Buffer.from([7, text.length >> 8, text.length & 0xff]), text]);
}

function checksum(bytes: Buffer): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(crc32(bytes), 0);
  return out;
}
