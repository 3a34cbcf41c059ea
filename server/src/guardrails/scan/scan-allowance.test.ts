import { expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { ScanAllowance } from './scan-allowance.ts';

function looked(allowance: ScanAllowance, characters: number): number {
  let count = 0;
  while (count < 10_000 && allowance.take(characters) > 0) count++;
  return count;
}

test('a flood of text gets two seconds of the share at once, then the share as time goes by', () => {
  const clock = new ManualClock();
  const allowance = new ScanAllowance({ clock, share: () => 0.1 });
  expect(looked(allowance, 1000)).toBe(400);
  expect(allowance.take(10)).toBe(0);
  clock.advance(1000);
  expect(looked(allowance, 1000)).toBe(200);
});

test('a long text may overdraw once, and is paid back before the next', () => {
  const clock = new ManualClock();
  const allowance = new ScanAllowance({ clock, share: () => 0.01 });
  expect(allowance.take(1_000_000)).toBeGreaterThan(300);
  clock.advance(20_000);
  expect(allowance.take(10)).toBe(0);
  clock.advance(10_000);
  expect(allowance.take(10)).toBeGreaterThan(0);
});

test('what a scan took counts, not what it was taken for', () => {
  const clock = new ManualClock();
  const allowance = new ScanAllowance({ clock, share: () => 0.1 });
  allowance.correct({ takenMs: allowance.take(1000), tookMs: 300 });
  expect(allowance.take(10)).toBe(0);
  clock.advance(1200);
  expect(allowance.take(10)).toBeGreaterThan(0);
});

test('no share looks at nothing', () => {
  expect(new ScanAllowance({ clock: new ManualClock(), share: () => 0 }).take(1)).toBe(0);
});

test('a busy event loop fills the bucket slower, and one without a free moment not at all', () => {
  const clock = new ManualClock();
  let idle = 0;
  const allowance = new ScanAllowance({ clock, share: () => 0.1, idle: () => idle });
  expect(looked(allowance, 1000)).toBe(400);
  clock.advance(1000);
  expect(allowance.hasAny()).toBe(false);
  idle = 0.5;
  clock.advance(1000);
  expect(looked(allowance, 1000)).toBe(100);
});
