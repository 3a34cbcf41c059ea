import { expect, test, vi } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import type { Caller } from '../../ports/call.ts';
import type { PublishedRun, PublishedWorkflows } from '../../ports/published-workflows.ts';
import { taskRequests } from './tasks.ts';

/** A run that waits for a person until `end`, and how often it was asked about. */
function stand() {
  const clock = new ManualClock();
  let status: PublishedRun['status'] = 'waiting';
  const ask = vi.fn(async () => ({ ...RUN, status }));
  const workflows = { status: ask } as unknown as PublishedWorkflows;
  const result = taskRequests('legacy', { workflows, caller: {} as Caller, clock })['tasks/result'];
  const answer = (signal: AbortSignal) => result?.answer({ taskId: 'exec_1' }, signal) as Promise<object>;
  return { clock, ask, answer, end: () => (status = 'completed') };
}

const RUN = { executionId: 'exec_1', output: 'done', error: null, createdAt: 0, updatedAt: 0 } as PublishedRun;

test('the result of a run that waits for a person is asked for again each second, by the clock of the house', async () => {
  const { clock, ask, answer, end } = stand();
  const result = answer(new AbortController().signal);
  await vi.waitUntil(() => ask.mock.calls.length === 1);
  end();
  clock.advance(999);
  await new Promise((resolve) => setImmediate(resolve));
  expect(ask).toHaveBeenCalledTimes(1);
  clock.advance(1);
  expect(await result).toMatchObject({ _meta: expect.anything() });
  expect(ask).toHaveBeenCalledTimes(2);
});

test('nobody asks again when the client is gone', async () => {
  const { clock, ask, answer } = stand();
  const gone = new AbortController();
  const result = answer(gone.signal);
  await vi.waitUntil(() => ask.mock.calls.length === 1);
  await new Promise((resolve) => setImmediate(resolve));
  gone.abort(new Error('gone'));
  await expect(result).rejects.toThrow('gone');
  clock.advance(5000);
  expect(ask).toHaveBeenCalledTimes(1);
});
