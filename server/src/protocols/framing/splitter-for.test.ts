import { expect, test } from 'vitest';
import { AwsEventStreamSplitter } from './aws-event-stream-splitter.ts';
import { JsonLinesSplitter } from './json-lines-splitter.ts';
import { splitterFor } from './splitter-for.ts';
import { SseSplitter } from './sse-splitter.ts';

test('chooses the framing by media type, whatever its case and parameters', () => {
  expect(splitterFor('text/event-stream')).toBeInstanceOf(SseSplitter);
  expect(splitterFor('Text/Event-Stream; charset=utf-8')).toBeInstanceOf(SseSplitter);
  expect(splitterFor('application/x-ndjson ;charset=utf-8')).toBeInstanceOf(JsonLinesSplitter);
  expect(splitterFor('application/vnd.amazon.eventstream')).toBeInstanceOf(AwsEventStreamSplitter);
});

test('knows no framing for whole bodies', () => {
  for (const type of ['application/json', 'text/event-streams', 'text/html', '']) {
    expect(splitterFor(type)).toBeUndefined();
  }
});

test('gives every caller a splitter of its own, with the limit asked for', () => {
  expect(splitterFor('text/event-stream')).not.toBe(splitterFor('text/event-stream'));
  for (const type of ['text/event-stream', 'application/x-ndjson']) {
    expect(() => splitterFor(type, 4)?.push(Buffer.from('12345'), () => {})).toThrow('more than 4 bytes');
  }
});
