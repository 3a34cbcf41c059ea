import { describe, expect, test } from 'vitest';
import { EventTooLargeError } from './event-too-large-error.ts';
import { SseSplitter } from './sse-splitter.ts';
import { collectEvents } from './testing/collect-events.ts';

function read(text: string | Buffer): { name: string | undefined; data: string; raw: string }[] {
  return collectEvents(new SseSplitter(), [Buffer.from(text)]).map((event) => ({
    ...event,
    raw: event.raw.toString(),
  }));
}

describe('server-sent events', () => {
  test('gives name, data and bytes of each event', () => {
    expect(read('data: {"a":1}\n\nevent: ping\ndata: {}\n\ndata: [DONE]\n\n')).toEqual([
      { name: undefined, data: '{"a":1}', raw: 'data: {"a":1}\n\n' },
      { name: 'ping', data: '{}', raw: 'event: ping\ndata: {}\n\n' },
      { name: undefined, data: '[DONE]', raw: 'data: [DONE]\n\n' },
    ]);
  });

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('reads lines that end with %s', (_name, end) => {
    const events = read(['event: a', 'data: 1', 'data: 2', '', 'data: 3', '', ''].join(end));
    expect(events.map(({ name, data }) => [name, data])).toEqual([
      ['a', '1\n2'],
      [undefined, '3'],
    ]);
  });

  test('takes one space after the colon away, and needs none', () => {
    expect(read('data:x\n\ndata:  y \n\n').map((event) => event.data)).toEqual(['x', ' y ']);
  });

  test('joins data lines with a line feed, empty ones and a bare field name included', () => {
    expect(read('data: a\ndata\ndata:\ndata: b\n\n')[0]?.data).toBe('a\n\n\nb');
  });

  test('ignores id, retry and fields that only begin like data or event', () => {
    expect(read('id: 7\nretry: 10\ndatabase: no\nevents: no\ndata: yes\n\n')[0]).toMatchObject({
      name: undefined,
      data: 'yes',
    });
  });

  test('treats an empty event name as none and lets the last name win', () => {
    expect(read('event: a\nevent:\ndata: x\n\nevent: a\nevent: b\ndata: y\n\n').map((event) => event.name)).toEqual([
      undefined,
      'b',
    ]);
  });

  test('gives comments and spare blank lines as events without data', () => {
    expect(read(': keep-alive\n\n\ndata: x\n\n')).toEqual([
      { name: undefined, data: '', raw: ': keep-alive\n\n' },
      { name: undefined, data: '', raw: '\n' },
      { name: undefined, data: 'x', raw: 'data: x\n\n' },
    ]);
  });

  test('skips a byte order mark at the start only and keeps its bytes', () => {
    const events = read('\uFEFFdata: a\n\n\uFEFFdata: b\n\n');
    expect(events.map((event) => event.data)).toEqual(['a', '']);
    expect(events[0]?.raw).toBe('\uFEFFdata: a\n\n');
  });

  test('gives a last event without a blank line at the end', () => {
    const splitter = new SseSplitter();
    const data: string[] = [];
    splitter.push(Buffer.from('data: a\n\ndata: b'), (event) => data.push(event.data));
    expect(data).toEqual(['a']);
    splitter.end((event) => data.push(event.data));
    expect(data).toEqual(['a', 'b']);
  });

  test('gives nothing at the end of a stream that ended with a whole event', () => {
    expect(read('data: a\n\n')).toHaveLength(1);
    expect(read('')).toHaveLength(0);
  });

  test('gives an event as soon as its LF or CRLF blank line is there', () => {
    for (const text of ['data: a\n\n', 'data: a\r\n\r\n']) {
      const data: string[] = [];
      new SseSplitter().push(Buffer.from(text), (event) => data.push(event.data));
      expect(data).toEqual(['a']);
    }
  });

  test('gives views of the chunk instead of copies when events are whole', () => {
    const chunk = Buffer.from('data: a\n\ndata: b\n\n');
    for (const event of collectEvents(new SseSplitter(), [chunk])) expect(event.raw.buffer).toBe(chunk.buffer);
  });

  test('never changes the bytes of an event it has given', () => {
    const splitter = new SseSplitter();
    const raws: Buffer[] = [];
    for (const byte of Buffer.from('data: a\n\ndata: b\n\ndata: c\n\n')) {
      splitter.push(Buffer.from([byte]), (event) => raws.push(event.raw));
    }
    expect(raws.map(String)).toEqual(['data: a\n\n', 'data: b\n\n', 'data: c\n\n']);
  });

  test('refuses an event over the limit, in one chunk or many, finished or not', () => {
    const finished = Buffer.from(`data: ${'x'.repeat(100)}\n\n`);
    const unfinished = Buffer.from(`data: ${'x'.repeat(100)}`);
    const inBytes = Array.from(finished, (byte) => Buffer.from([byte]));
    for (const chunks of [[finished], [unfinished], inBytes]) {
      expect(() => collectEvents(new SseSplitter(64), chunks)).toThrow(EventTooLargeError);
    }
  });

  test('accepts an event of exactly the limit, and any number of them', () => {
    const event = `data: ${'x'.repeat(56)}\n\n`;
    expect(collectEvents(new SseSplitter(64), [Buffer.from(event.repeat(10))])).toHaveLength(10);
    expect(() => collectEvents(new SseSplitter(63), [Buffer.from(event)])).toThrow('more than 63 bytes');
  });

  test('names its default limit of 8 MiB as an upstream fault', () => {
    const half = Buffer.alloc(4 * 1024 * 1024 + 1, 'x');
    expect(() => collectEvents(new SseSplitter(), [half, half])).toThrow(
      expect.objectContaining({ code: 'upstream.bad_reply', maxEventBytes: 8_388_608 }),
    );
  });

  test('reads a megabyte event in small pieces in linear time', () => {
    const pieces = Array.from({ length: 65_536 }, () => Buffer.from('0123456789abcde\r'));
    const splitter = new SseSplitter();
    const lengths: number[] = [];
    for (const piece of pieces) splitter.push(piece, (event) => lengths.push(event.raw.length));
    splitter.end((event) => lengths.push(event.raw.length));
    expect(lengths).toEqual([1_048_576]);
  }, 2000);
});
