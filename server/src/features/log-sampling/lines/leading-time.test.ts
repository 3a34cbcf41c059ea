import { expect, test } from 'vitest';
import { leadingTime } from './leading-time.ts';

const AT = Date.UTC(2026, 4, 4, 10, 0, 5);

test.each([
  ['2026-05-04T10:00:05 INFO up', AT],
  ['2026-05-04 10:00:05,123 INFO up', AT + 123],
  ['2026-05-04T10:00:05.123456Z up', AT + 123],
  ['[2026-05-04T12:00:05+02:00] up', AT],
  ['2026-05-04T05:30:05-0430 up', AT],
  ['"2026-05-04 10:00:05" up', AT],
])('%s', (line, expected) => expect(leadingTime(line)).toBe(expected));

test.each(['', '7', 'INFO 2026-05-04T10:00:05 up', '10:00:05 up', '2026-05-04', '1234-abc', 'no time at all'])(
  '%j does not begin with an instant',
  (line) => expect(leadingTime(line)).toBeUndefined(),
);
