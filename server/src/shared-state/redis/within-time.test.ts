import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
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

test('an answer that has arrived and was not read yet is in time', async () => {
  const clock = new ManualClock();
  const isSent = new Int32Array(new SharedArrayBuffer(4));
  const answers = `
    const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage('ready');
    parentPort.once('message', () => {
      parentPort.postMessage('here');
      Atomics.store(workerData, 0, 1);
      Atomics.notify(workerData, 0);
    });`;
  const worker = new Worker(answers, { eval: true, workerData: isSent });
  await once(worker, 'message');
  const waiting = withinTime(once(worker, 'message'), { limitMs: 100, clock });
  worker.postMessage('answer');
  // This thread stands still until the answer lies at its door.
  Atomics.wait(isSent, 0, 0);
  clock.advance(100);
  expect(await waiting).toEqual(['here']);
  await worker.terminate();
});
