/** How a request was understood; the reply speaks the same. */
export type OtlpEncoding = 'json' | 'protobuf';

export interface OtlpReply {
  readonly contentType: string;
  readonly body: Buffer;
}

/** An ExportLogsServiceResponse: empty when everything was taken. */
export function encodeReply(encoding: OtlpEncoding, of: { rejected: number; message: string }): OtlpReply {
  const { rejected, message } = of;
  if (encoding === 'json') {
    const reply =
      rejected === 0 ? {} : { partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: message } };
    return { contentType: 'application/json', body: Buffer.from(JSON.stringify(reply)) };
  }
  if (rejected === 0) return { contentType: 'application/x-protobuf', body: Buffer.alloc(0) };
  const text = Buffer.from(message);
  const partial = Buffer.concat([bytes(0x08, ...varint(rejected)), bytes(0x12, ...varint(text.length)), text]);
  return {
    contentType: 'application/x-protobuf',
    body: Buffer.concat([bytes(0x0a, ...varint(partial.length)), partial]),
  };
}

function bytes(...values: number[]): Buffer {
  return Buffer.from(values);
}

function varint(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...varint(Math.floor(value / 0x80))];
}
