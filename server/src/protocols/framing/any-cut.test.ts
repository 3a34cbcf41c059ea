import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventSplitter } from '../../ports/framing.ts';
import { AwsEventStreamSplitter } from './aws-event-stream-splitter.ts';
import { JsonLinesSplitter } from './json-lines-splitter.ts';
import { SseSplitter } from './sse-splitter.ts';
import { collectEvents, cutAt } from './testing/collect-events.ts';
import { encodeAwsEvent, encodeAwsException, encodeAwsFrame } from './testing/encode-aws-frame.ts';

interface Framing {
  readonly title: string;
  readonly make: () => EventSplitter;
  readonly fixed: readonly Buffer[];
  readonly anyStream: fc.Arbitrary<Buffer>;
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const sseLine = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text) => `data: ${text}`),
  fc.constantFrom(
    'data',
    'data:',
    ': comment',
    'event: delta',
    'id: 1',
    '',
    '\uFEFF',
    'data: {"text":"grüße 👋🏽 世界"}',
  ),
);
const anySse = fc
  .array(fc.tuple(sseLine, lineEnd), { maxLength: 30 })
  .map((lines) => Buffer.from(lines.flat().join('')));

const text = fc.string({ unit: 'grapheme' });
const anyAwsFrame = fc
  .record({ headers: fc.dictionary(text, text, { maxKeys: 4 }), payload: text, name: fc.option(text) })
  .map(({ headers, payload, name }) =>
    encodeAwsFrame({ headers: name === null ? headers : { ...headers, ':event-type': name }, payload }),
  );

const FRAMINGS: readonly Framing[] = [
  {
    title: 'SSE',
    make: () => new SseSplitter(),
    fixed: [
      'data: {"a":"é世👋"}\n\nevent: x\ndata: 1\ndata: 2\n\n: c\n\n\ndata: [DONE]\n\n',
      '\uFEFFevent: ä\r\ndata: 👋\r\n\r\n: c\r\n\r\n\r\ndata: end\r\n\r\n',
      'data: a\rdata: b\r\rdata: c\r\r\rdata: d\r',
      'data: a\r\ndata: b\n\r\ndata: c\r\n\rdata: d\n\r\n\ndata: e\r\r\ndata: f',
    ].map((stream) => Buffer.from(stream)),
    anyStream: anySse,
  },
  {
    title: 'JSON lines',
    make: () => new JsonLinesSplitter(),
    fixed: [Buffer.from('{"a":"é世👋"}\n\n{"b":1}\r\n{"c":2}')],
    anyStream: fc
      .array(fc.oneof(fc.json(), fc.constant('')), { maxLength: 10 })
      .map((lines) => Buffer.from(lines.join('\n'))),
  },
  {
    title: 'AWS event stream',
    make: () => new AwsEventStreamSplitter(),
    fixed: [
      Buffer.concat([
        encodeAwsEvent('chunk', { bytes: 'eyJhIjoxfQ==' }),
        encodeAwsEvent('contentBlockDelta', { delta: { text: 'é世👋' } }),
        encodeAwsException('throttlingException', { message: 'no' }),
        encodeAwsEvent('messageStop', {}).subarray(0, 30),
      ]),
    ],
    anyStream: fc.array(anyAwsFrame, { maxLength: 8 }).map((frames) => Buffer.concat(frames)),
  },
];

describe.each(FRAMINGS)('$title, however the network cuts it', ({ make, fixed, anyStream }) => {
  test('gives the same events when cut in two at every byte', () => {
    for (const stream of fixed) {
      const whole = collectEvents(make(), [stream]);
      expect(whole.length).toBeGreaterThan(1);
      for (let position = 0; position <= stream.length; position += 1) {
        expect(collectEvents(make(), cutAt(stream, [position])), `cut at ${position}`).toEqual(whole);
      }
    }
  });

  test('gives the same events byte by byte', () => {
    for (const stream of fixed) {
      const bytes = Array.from(stream, (byte) => Buffer.from([byte]));
      expect(collectEvents(make(), bytes)).toEqual(collectEvents(make(), [stream]));
    }
  });

  test('gives the same events for random streams and cuts, and never loses a byte', () => {
    fc.assert(
      fc.property(anyStream, fc.array(fc.nat(), { maxLength: 12 }), (stream, cuts) => {
        const events = collectEvents(make(), cutAt(stream, cuts));
        expect(events).toEqual(collectEvents(make(), [stream]));
        expect(Buffer.concat(events.map((event) => event.raw))).toEqual(stream);
      }),
      { numRuns: 400 },
    );
  });
});

test('SSE data agrees with a line-by-line reading of the whole text', () => {
  fc.assert(
    fc.property(anySse, (stream) => {
      const seen = collectEvents(new SseSplitter(), [stream]).map((event) => [event.name, event.data]);
      expect(seen.filter(([name, data]) => name !== undefined || data !== '')).toEqual(readWhole(stream.toString()));
    }),
    { numRuns: 400 },
  );
});

/** The plainest possible reading: all text, split into lines, one state. Says nothing of bytes or chunks. */
function readWhole(stream: string): [string | undefined, string][] {
  const events: [string | undefined, string][] = [];
  let name: string | undefined;
  let data: string[] = [];
  for (const line of [...stream.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/), '']) {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
    if (field === 'data') data.push(value);
    if (field === 'event') name = value;
    if (line !== '') continue;
    if (name !== undefined || data.join('\n') !== '') events.push([name, data.join('\n')]);
    name = undefined;
    data = [];
  }
  return events;
}
