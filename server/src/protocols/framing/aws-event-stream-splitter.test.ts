import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { AwsEventStreamSplitter } from './aws-event-stream-splitter.ts';
import { EventTooLargeError } from './event-too-large-error.ts';
import { MalformedFrameError } from './malformed-frame-error.ts';
import { collectEvents } from './testing/collect-events.ts';
import { type AwsFrame, encodeAwsEvent, encodeAwsException, encodeAwsFrame } from './testing/encode-aws-frame.ts';

const read = (...frames: Buffer[]) => collectEvents(new AwsEventStreamSplitter(), [Buffer.concat(frames)]);

/** A frame whose header bytes are given as they are, checksums right. */
function frameWithHeaderBytes(headers: Buffer): Buffer {
  const frame = encodeAwsFrame({ headers: {}, payload: headers });
  frame.writeUInt32BE(headers.length, 4);
  return resealed(frame);
}

function resealed(frame: Buffer): Buffer {
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}

describe('AWS event streams', () => {
  test('reads the smallest frame, sixteen bytes with nothing in it', () => {
    const empty = Buffer.from('000000100000000005c248eb7d98c8ff', 'hex');
    expect(encodeAwsFrame({ headers: {}, payload: '' })).toEqual(empty);
    expect(read(empty)).toEqual([{ name: undefined, data: '', raw: empty }]);
  });

  test('names events by their type and leaves base64 chunks closed', () => {
    const chunk = encodeAwsEvent('chunk', { bytes: 'eyJhIjoxfQ==' });
    const delta = encodeAwsEvent('contentBlockDelta', { delta: { text: 'grüß dich' } });
    expect(read(chunk, delta)).toEqual([
      { name: 'chunk', data: '{"bytes":"eyJhIjoxfQ=="}', raw: chunk },
      { name: 'contentBlockDelta', data: '{"delta":{"text":"grüß dich"}}', raw: delta },
    ]);
  });

  test('names exceptions by their type', () => {
    const [event] = read(encodeAwsException('throttlingException', { message: 'slow down' }));
    expect(event).toMatchObject({ name: 'throttlingException', data: '{"message":"slow down"}' });
  });

  test('gives an error message, which has no payload, as an event named error', () => {
    const headers = { ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'it broke' };
    const [event] = read(encodeAwsFrame({ headers, payload: '' }));
    expect(event).toMatchObject({ name: 'error', data: '{"code":"InternalError","message":"it broke"}' });
  });

  test('steps over headers of every type', () => {
    const sizes = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
    const headers: Record<string, AwsFrame['headers'][string]> = {};
    for (const [type, size] of sizes.entries()) {
      const bytes = size === undefined ? Buffer.from([0, 3, 1, 2, 3]) : Buffer.alloc(size, 7);
      headers[`header-${type}`] = { type, bytes };
    }
    const [event] = read(encodeAwsFrame({ headers: { ...headers, ':event-type': 'last' }, payload: 'x' }));
    expect(event).toMatchObject({ name: 'last', data: 'x' });
  });

  test('notices any single changed byte', () => {
    const frame = encodeAwsEvent('chunk', { bytes: 'eyJhIjoxfQ==' });
    for (let position = 0; position < frame.length; position += 1) {
      const damaged = Buffer.from(frame);
      damaged[position] = (damaged[position] ?? 0) ^ 0x01;
      expect(() => read(damaged), `byte ${position}`).toThrow(MalformedFrameError);
    }
  });

  test('refuses headers that go past their end or have an unknown type', () => {
    const broken = [
      Buffer.from([9, 0x61]),
      Buffer.from([1, 0x61]),
      Buffer.from([1, 0x61, 10]),
      Buffer.from([1, 0x61, 7, 0]),
      Buffer.from([1, 0x61, 7, 0, 9, 1]),
      Buffer.from([1, 0x61, 4, 0]),
    ];
    for (const headers of broken) expect(() => read(frameWithHeaderBytes(headers))).toThrow(MalformedFrameError);
  });

  test('refuses lengths that contradict each other, before it waits for their bytes', () => {
    for (const [total, headers] of [
      [15, 0],
      [100, 85],
      [200_000, 131_073],
    ] as const) {
      const prelude = Buffer.alloc(12);
      prelude.writeUInt32BE(total, 0);
      prelude.writeUInt32BE(headers, 4);
      prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
      expect(() => read(prelude)).toThrow(MalformedFrameError);
    }
  });

  test('refuses a frame over the limit as soon as its length is known', () => {
    const frame = encodeAwsFrame({ headers: {}, payload: 'x'.repeat(100) });
    const push = (limit: number) => new AwsEventStreamSplitter(limit).push(frame.subarray(0, 12), () => {});
    expect(() => push(115)).toThrow(EventTooLargeError);
    expect(() => push(116)).not.toThrow();
  });

  test('gives a frame that the end cut off as bytes without data', () => {
    const frame = encodeAwsEvent('chunk', { bytes: 'eyJhIjoxfQ==' });
    const partial = frame.subarray(0, 40);
    expect(read(frame, partial).slice(1)).toEqual([{ name: undefined, data: '', raw: partial }]);
  });
});
