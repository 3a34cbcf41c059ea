import { expect, test } from 'vitest';
import { Vouching } from './vouching.ts';

test('vouching waits for the answers that are on their way, and later asks wait until it was sent', async () => {
  const vouching = new Vouching();
  const said: string[] = [];
  let answer: () => void = () => {};
  const first = vouching.ask(async () => {
    said.push('first asks');
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    said.push('first is answered');
  });
  const vouched = vouching.vouch(async () => {
    said.push('vouches');
  });
  const second = vouching.ask(async () => {
    said.push('second asks');
  });
  expect(said).toEqual(['first asks']);
  answer();
  await Promise.all([first, vouched, second]);
  expect(said).toEqual(['first asks', 'first is answered', 'vouches', 'second asks']);
});

test('an ask or a vouching that fails holds nobody up', async () => {
  const vouching = new Vouching();
  const fails = () => Promise.reject(new Error('no answer'));
  const all = [vouching.ask(fails), vouching.vouch(fails), vouching.vouch(fails), vouching.ask(fails)];
  for (const one of all) await expect(one).rejects.toThrow('no answer');
  expect(await vouching.ask(async () => 'yes')).toBe('yes');
});
