import { expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import type { BatchLine } from './batch-lines.ts';
import { type LineReply, runLines } from './run-batch.ts';

const lines = (count: number): BatchLine[] =>
  Array.from({ length: count }, (_, at) => ({ number: at + 1, customId: `line-${at + 1}`, body: {} }));
const fine: LineReply = { status: 200, requestId: 'req_1', body: '{"ok":true}' };
/** What waits on promises alone runs. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('no more lines run at once than allowed, and each result is kept once', async () => {
  const open: (() => void)[] = [];
  const kept: number[] = [];
  const running = runLines({
    lines: lines(10),
    concurrency: 3,
    clock: new ManualClock(),
    isStopped: () => false,
    run: () => new Promise((resolve) => open.push(() => resolve(fine))),
    keep: async ({ number }) => void kept.push(number),
  });
  while (kept.length < 10) {
    await settle();
    expect(open.length).toBeLessThanOrEqual(3);
    for (const answer of open.splice(0)) answer();
  }
  await running;
  expect(kept).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test.each([409, 429, 503])('a line refused with %i waits its turn and is asked again', async (status) => {
  const clock = new ManualClock();
  const replies: LineReply[] = [{ ...fine, status, retryAfterMs: 1000 }, fine];
  const kept: unknown[] = [];
  let asked = 0;
  const running = runLines({
    lines: lines(1),
    concurrency: 1,
    clock,
    isStopped: () => false,
    run: async () => replies[asked++] ?? fine,
    keep: async (_line, result) => void kept.push(result),
  });
  for (let waited = 0; waited < 4; waited++) {
    await settle();
    expect(asked).toBe(1);
    clock.advance(250);
  }
  await running;
  expect(asked).toBe(2);
  expect(kept).toMatchObject([
    { custom_id: 'line-1', response: { status_code: 200, body: { ok: true } }, error: null },
  ]);
});

test('told to stop, a waiting line is left for later', async () => {
  const clock = new ManualClock();
  const kept: unknown[] = [];
  let stopped = false;
  const running = runLines({
    lines: lines(3),
    concurrency: 1,
    clock,
    isStopped: () => stopped,
    run: async () => ({ ...fine, status: 429, retryAfterMs: 60_000 }),
    keep: async (_line, result) => void kept.push(result),
  });
  await settle();
  stopped = true;
  clock.advance(250);
  await running;
  expect(kept).toEqual([]);
});
