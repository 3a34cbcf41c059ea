import { expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { withinTime } from './within-time.ts';

const NEVER = new Promise<string>(() => {});

test('gives what comes in time', async () => {
  const clock = new ManualClock();
  expect(await withinTime(Promise.resolve('yes'), { limitMs: 100, clock })).toBe('yes');
  await expect(withinTime(Promise.reject(new Error('no')), { limitMs: 100, clock })).rejects.toThrow('no');
});

test('gives up after the limit', async () => {
  const clock = new ManualClock();
  const waiting = withinTime(NEVER, { limitMs: 100, clock });
  clock.advance(100);
  await expect(waiting).rejects.toThrow('no answer within 100 ms');
});

test('a process that stood still itself looks again, but not for ever', async () => {
  const clock = new ManualClock();
  let answered: (text: string) => void = () => {};
  const answer = new Promise<string>((resolve) => {
    answered = resolve;
  });
  const waiting = withinTime(answer, { limitMs: 100, clock });
  clock.advance(500);
  answered('late, and not for its own sake');
  expect(await waiting).toContain('late');
  const forever = withinTime(NEVER, { limitMs: 100, clock });
  for (let turn = 0; turn < 4; turn++) clock.advance(500);
  await expect(forever).rejects.toThrow();
});
