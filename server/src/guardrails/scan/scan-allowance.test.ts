import { expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { ScanAllowance } from './scan-allowance.ts';

const MEGABYTE = 1_000_000;

function looked(allowance: ScanAllowance, characters: number): number {
  let count = 0;
  while (count < 10_000 && allowance.take(characters)) count++;
  return count;
}

test('a flood of text gets ten seconds of the share at once, then the share as time goes by', () => {
  const clock = new ManualClock();
  const allowance = new ScanAllowance({ clock, share: () => 0.1 });
  expect(looked(allowance, 10_000)).toBeGreaterThan(600);
  expect(allowance.take(10)).toBe(false);
  clock.advance(1000);
  const inOneSecond = looked(allowance, 1000);
  expect(inOneSecond).toBeGreaterThan(400);
  expect(inOneSecond).toBeLessThan(700);
});

test('a long text may overdraw once, and is paid back before the next', () => {
  const clock = new ManualClock();
  const allowance = new ScanAllowance({ clock, share: () => 0.01 });
  expect(allowance.take(MEGABYTE)).toBe(true);
  expect(allowance.take(10)).toBe(false);
  clock.advance(4000);
  expect(allowance.take(10)).toBe(false);
  clock.advance(2000);
  expect(allowance.take(10)).toBe(true);
});

test('no share looks at nothing', () => {
  expect(new ScanAllowance({ clock: new ManualClock(), share: () => 0 }).take(1)).toBe(false);
});
