import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A protobuf message without its schema: every field with all its values; the reader knows what they mean. */
export type Fields = Map<number, (bigint | Buffer)[]>;

/** Reads varints, 64-bit values and length-delimited values; that is all OTLP uses here. */
export function decodeFields(bytes: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const value = (type: number): bigint | Buffer => {
    if (type === 0) return varint();
    const length = type === 1 ? 8 : type === 5 ? 4 : Number(varint());
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const values = fields.get(key >> 3) ?? [];
    fields.set(key >> 3, values);
    values.push(value(key & 7));
  }
  return fields;
}

export function messages(fields: Fields | undefined, number: number): Fields[] {
  return (fields?.get(number) ?? []).map((value) => decodeFields(value as Buffer));
}

export function text(fields: Fields | undefined, number: number): string {
  return String(fields?.get(number)?.[0] ?? '');
}

/** The bytes of a field that must be there. */
export function bytesOf(fields: Fields, number: number): Buffer {
  const value = fields.get(number)?.[0];
  if (!(value instanceof Buffer)) throw new Error(`field ${number} holds no bytes`);
  return value;
}

/** KeyValue messages as an object; 64-bit integers as numbers. */
export function attributesOf(fields: Fields, number: number): Record<string, unknown> {
  return Object.fromEntries(messages(fields, number).map((pair) => [text(pair, 1), anyValue(messages(pair, 2)[0])]));
}

function anyValue(value: Fields | undefined): unknown {
  if (value?.has(1)) return text(value, 1);
  if (value?.has(3)) return Number(value.get(3)?.[0]);
  if (value?.has(4)) return bytesOf(value, 4).readDoubleLE();
  return value;
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly message: Fields;
}

export interface OtlpReceiver {
  readonly url: string;
  /** Resolves with the first request to the path, already received or still to come. */
  first(path: string): Promise<Received>;
  close(): Promise<void>;
}

/** A collector that takes everything. */
export async function otlpReceiver(): Promise<OtlpReceiver> {
  const received: Received[] = [];
  let notify: () => void = () => {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({
      path: request.url ?? '',
      headers: request.headers,
      message: decodeFields(Buffer.concat(chunks)),
    });
    response.end();
    notify();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async first(path) {
      for (;;) {
        const found = received.find((each) => each.path === path);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
