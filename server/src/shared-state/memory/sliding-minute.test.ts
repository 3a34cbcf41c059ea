import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingMinute } from './sliding-minute.ts';

/** Amounts and the seconds that pass before each. */
const history = fc.array(
  fc.record({ passS: fc.integer({ min: 0, max: 70 }), amount: fc.integer({ min: 0, max: 9 }) }),
  { maxLength: 60 },
);

test('holds exactly what was added in the last 61 whole seconds', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const minute = new SlidingMinute(0);
      const added: { second: number; amount: number }[] = [];
      let second = 0;
      for (const { passS, amount } of steps) {
        second += passS;
        minute.add(amount, second);
        added.push({ second, amount });
        const kept = added.filter((each) => each.second > second - 61);
        expect(minute.total(second)).toBe(kept.reduce((sum, each) => sum + each.amount, 0));
      }
    }),
  );
});

test('the wait it tells is enough, and a second less is not', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 0, max: 30 }), (steps, most) => {
      const minute = new SlidingMinute(0);
      let second = 0;
      for (const { passS, amount } of steps) {
        second += passS;
        minute.add(amount, second);
      }
      const waitMs = minute.waitMs(most, second * 1000);
      if (minute.total(second) <= most) {
        expect(waitMs).toBe(0);
        return;
      }
      const copy = new SlidingMinute(second);
      for (const { second: at, amount } of minute.entries(second)) copy.add(amount, at);
      if (waitMs > 1000) expect(copy.total(second + waitMs / 1000 - 1)).toBeGreaterThan(most);
      expect(copy.total(second + waitMs / 1000)).toBeLessThanOrEqual(most);
    }),
  );
});

test('a correction goes to the second it belongs to, or nowhere', () => {
  const minute = new SlidingMinute(100);
  minute.add(10, 100);
  minute.total(130);
  minute.add(-4, 100);
  expect(minute.total(130)).toBe(6);
  expect(minute.total(161)).toBe(0);
  minute.add(-6, 100);
  expect(minute.total(161)).toBe(0);
});
