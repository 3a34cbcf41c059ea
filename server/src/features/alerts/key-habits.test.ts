import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import { sampleRecord } from '../../telemetry/testing/sample-record.ts';
import { KeyHabits } from './key-habits.ts';

const THRESHOLDS = { ratio: 10, leastCalls: 50, leastNano: 1e9 };

function stage() {
  const habits = new KeyHabits();
  const add = (nowMono: number, count: number, more: object = {}) => {
    for (let at = 0; at < count; at++) habits.add(sampleRecord({ key_id: 'k', cost_nano_usd: 1000, ...more }), nowMono);
  };
  /** So many calls in each minute up to this hour. */
  const minutes = (perMinute: number, hours: number) => {
    for (let minute = 0; minute <= hours * 60; minute++) add(minute * MINUTE_MS, perMinute);
  };
  return { add, minutes, surges: (nowMono: number) => habits.surges(THRESHOLDS, nowMono) };
}

const LATER = 2 * HOUR_MS + MINUTE_MS;

test('a key that suddenly does ten times what it did in its busiest minute is a surge, until it is usual', () => {
  const { add, minutes, surges } = stage();
  minutes(6, 2);
  add(LATER, 59);
  expect(surges(LATER)).toEqual([]);
  add(LATER, 1);
  expect(surges(LATER)).toMatchObject([{ keyId: 'k', calls: 60, usualCalls: expect.closeTo(6, 1) }]);
  expect(surges(LATER + MINUTE_MS)).toEqual([]);
  add(LATER + MINUTE_MS, 60);
  expect(surges(LATER + MINUTE_MS)).toEqual([]);
});

test('few calls are none, however unusual, unless they are dear', () => {
  const { add, minutes, surges } = stage();
  minutes(1, 2);
  add(LATER, 49);
  expect(surges(LATER)).toEqual([]);
  add(LATER, 1, { cost_nano_usd: 1e9 });
  expect(surges(LATER)).toMatchObject([{ calls: 50, nano: 1e9 + 49_000 }]);
});

test('a key without an hour of history has no habits', () => {
  const { add, surges } = stage();
  add(0, 1);
  add(59 * MINUTE_MS, 1000);
  expect(surges(59 * MINUTE_MS)).toEqual([]);
});

test('a busy minute of long ago counts less and less', () => {
  const { add, surges } = stage();
  add(0, 40);
  const days = (count: number) => count * 24 * HOUR_MS;
  add(days(1), 199);
  expect(surges(days(1))).toEqual([]);
  add(days(1), 1);
  expect(surges(days(1))).toMatchObject([{ usualCalls: 20 }]);
});
