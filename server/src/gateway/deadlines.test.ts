import { expect, test } from 'vitest';
import { ManualClock } from '../../../test/contracts/manual-clock.ts';
import { Deadlines, type Ticking } from './deadlines.ts';

function ticking(onTick: () => void): Ticking {
  return { tick: onTick, previous: undefined, next: undefined };
}

test('everything that runs looks at the clock every twenty milliseconds', () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  let first = 0;
  let second = 0;
  deadlines.add(ticking(() => first++));
  deadlines.add(ticking(() => second++));
  for (let step = 0; step < 10; step++) clock.advance(10);
  expect([first, second]).toEqual([5, 5]);
});

test('what ended is asked no more, wherever it stood, also when it ends while being asked', () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const seen: string[] = [];
  const all = ['a', 'b', 'c', 'd'].map((name) => {
    const one: Ticking = ticking(() => {
      seen.push(name);
      if (name === 'b') deadlines.remove(one);
    });
    deadlines.add(one);
    return one;
  });
  deadlines.remove(all[0] as Ticking);
  clock.advance(20);
  clock.advance(20);
  deadlines.remove(all[3] as Ticking);
  clock.advance(20);
  expect(seen.join('')).toBe('dcbdcc');
});

test('no timer runs while nothing is waiting', () => {
  let armed = 0;
  const clock = new ManualClock();
  const counted = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after(delayMs: number, run: () => void) {
      armed++;
      return clock.after(delayMs, run);
    },
  };
  const deadlines = new Deadlines(counted);
  const one = ticking(() => {});
  deadlines.add(one);
  clock.advance(20);
  deadlines.remove(one);
  clock.advance(20);
  const before = armed;
  for (let step = 0; step < 10; step++) clock.advance(20);
  expect(armed).toBe(before);
});

test('removing twice harms nobody', () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  let ticks = 0;
  const first = ticking(() => {});
  deadlines.add(ticking(() => ticks++));
  deadlines.add(first);
  deadlines.remove(first);
  deadlines.remove(first);
  clock.advance(20);
  expect(ticks).toBe(1);
});
