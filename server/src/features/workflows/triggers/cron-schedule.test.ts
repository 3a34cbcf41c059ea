import { describe, expect, test } from 'vitest';
import { isTimeZone, nextFire } from './cron-schedule.ts';

const at = (text: string) => Date.parse(text);

function fires(cron: string, timeZone: string, from: string): string[] {
  const times: string[] = [];
  let after = at(from);
  while (times.length < 3) {
    const next = nextFire({ cron, timeZone }, after);
    if (next === undefined) break;
    times.push(new Date(next).toISOString());
    after = next;
  }
  return times;
}

describe('a cron line', () => {
  test('fires at its time of day where it is, summer and winter', () => {
    expect(fires('0 9 * * MON-FRI', 'Europe/Oslo', '2026-03-27T09:00:00Z')).toEqual([
      '2026-03-30T07:00:00.000Z',
      '2026-03-31T07:00:00.000Z',
      '2026-04-01T07:00:00.000Z',
    ]);
    expect(fires('0 9 1 1 *', 'UTC', '2026-03-27T09:00:00Z')[0]).toBe('2027-01-01T09:00:00.000Z');
  });

  test('fires right after the hour that summer time leaves out, and once in the hour that comes twice', () => {
    expect(fires('30 2 * * *', 'Europe/Oslo', '2026-03-28T02:00:00Z').slice(0, 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(fires('30 2 * * *', 'Europe/Oslo', '2026-10-24T02:00:00Z').slice(0, 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  test('at the very moment of a fire gives the one after it', () => {
    const first = nextFire({ cron: '*/5 * * * *', timeZone: 'UTC' }, at('2026-11-28T10:02:00Z')) as number;
    expect(new Date(first).toISOString()).toBe('2026-11-28T10:05:00.000Z');
    expect(nextFire({ cron: '*/5 * * * *', timeZone: 'UTC' }, first)).toBe(first + 300_000);
  });

  test.each(['* * * * * *', '@hourly', '2026-12-01T00:00:00', '? * * * *', '61 * * * *', '* * * *', ''])(
    'is not %j',
    (cron) => {
      expect(() => nextFire({ cron, timeZone: 'UTC' }, at('2026-11-28T10:00:00Z'))).toThrow();
    },
  );

  test('may never fire, or only in a leap year', () => {
    expect(fires('0 0 30 2 *', 'UTC', '2026-11-28T10:00:00Z')).toEqual([]);
    expect(fires('0 0 29 2 *', 'UTC', '2026-11-28T10:00:00Z')[0]).toBe('2028-02-29T00:00:00.000Z');
  });
});

test('time zones are IANA names', () => {
  expect(['Europe/Oslo', 'UTC', 'America/New_York'].map(isTimeZone)).toEqual([true, true, true]);
  expect(['Mars/Olympus', '', 'Oslo'].map(isTimeZone)).toEqual([false, false, false]);
});
