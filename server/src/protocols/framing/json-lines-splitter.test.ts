import { expect, test } from 'vitest';
import { EventTooLargeError } from './event-too-large-error.ts';
import { JsonLinesSplitter } from './json-lines-splitter.ts';
import { collectEvents } from './testing/collect-events.ts';

function read(text: string): [string, string][] {
  return collectEvents(new JsonLinesSplitter(), [Buffer.from(text)]).map((event) => [event.data, event.raw.toString()]);
}

test('gives one unnamed event per line with its exact bytes', () => {
  expect(read('{"a":1}\n{"b":2}\r\n')).toEqual([
    ['{"a":1}', '{"a":1}\n'],
    ['{"b":2}', '{"b":2}\r\n'],
  ]);
});

test('gives a last line without a line feed at the end', () => {
  expect(read('{"a":1}\n{"b":2}')).toEqual([
    ['{"a":1}', '{"a":1}\n'],
    ['{"b":2}', '{"b":2}'],
  ]);
});

test('gives blank lines as events without data', () => {
  expect(read('\n{"a":1}\n\r\n').map(([data]) => data)).toEqual(['', '{"a":1}', '']);
});

test('refuses a line over the limit, finished or not', () => {
  for (const text of ['x'.repeat(20), `${'x'.repeat(20)}\n`]) {
    expect(() => collectEvents(new JsonLinesSplitter(16), [Buffer.from(text)])).toThrow(EventTooLargeError);
  }
  expect(collectEvents(new JsonLinesSplitter(16), [Buffer.from('123456789abcdef\n')])).toHaveLength(1);
});
