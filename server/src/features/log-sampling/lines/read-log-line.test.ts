import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLogLine } from './read-log-line.ts';

const read = (line: string) => readLogLine(line, line.length);

describe('a line of JSON', () => {
  test.each([
    ['{"level":30,"time":1700000000000,"msg":"up","pid":5}', { body: 'up', severity: '30', time: 1700000000000 }],
    [
      '{ "severity" : "ERROR" , "message" : "say \\"no\\" \\u00e9" , "trace_id": "ab" }',
      { body: 'say "no" é', severity: 'ERROR', traceId: 'ab' },
    ],
    [
      '{"ts":1700000000.5,"a":{"msg":"inner"},"b":["}",{"msg":1}],"event":"outer"}',
      { body: 'outer', time: 1700000000500 },
    ],
    ['{"@timestamp":"2026-01-01T00:00:00Z","msg":"x","message":"y"}', { body: 'y', time: Date.UTC(2026, 0, 1) }],
  ])('%s', (line, expected) => expect(read(line)).toMatchObject(expected));
});

test('everything else is taken as it stands', () => {
  for (const line of [
    'plain text',
    '',
    '{',
    '{"a":1}',
    '{"msg":5}',
    '{"msg":"open',
    '{broken json}',
    '[1,2]',
    '{"msg":"x" "y"}',
  ])
    expect(read(line)).toEqual({ body: line, bytes: line.length });
});

test('finds what JSON.parse finds', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (members, msg) => {
      const record = { ...members, msg };
      for (const key of ['message', 'body']) delete (record as Record<string, unknown>)[key];
      expect(read(JSON.stringify(record)).body).toBe(msg);
    }),
  );
});
