import { expect, test } from 'vitest';
import { memorySharedState } from '../../server/src/shared-state/memory/shared-state.ts';
import { serveSharedState } from '../../server/src/workers/serve-shared-state.ts';
import { remoteSharedState } from '../../server/src/workers/shared-state.ts';
import { linked } from '../support/linked.ts';
import { ManualClock } from './manual-clock.ts';
import { budgetPeriod, limitScope, sharedStateContract } from './shared-state.contract.ts';

function open() {
  const clock = new ManualClock();
  let monotonic = 0;
  const state = memorySharedState({
    clock: { now: () => clock.now(), monotonic: () => monotonic, after: (delay, run) => clock.after(delay, run) },
  });
  const served = serveSharedState(state);
  const { link, close } = linked({ limits: served.limits, budgets: served.budgets });
  return {
    state: remoteSharedState(link),
    own: state,
    served,
    advance(milliseconds: number) {
      clock.advance(milliseconds);
      monotonic += Math.max(0, milliseconds);
    },
    close: async () => close(),
  };
}

sharedStateContract('shared state of another thread', async () => open());

test('what a thread held is released when it dies: its places are free, its money counts as spent', async () => {
  const { state, own, served, close } = open();
  const key = limitScope('dying', { concurrency: 2, requests_per_minute: 10 });
  const period = budgetPeriod('dying', 1000);
  await state.budgets.restore(period, { spentNano: 0, inLedger: new Set() });
  const first = await state.limits.reserve([key], { asked: 0, charged: 0 });
  await state.limits.reserve([key], { asked: 0, charged: 0 });
  await state.budgets.reserve([period], 700);
  state.budgets.adjust([period], -200);
  if (first.granted) state.limits.settle(first, 0);
  await state.budgets.read(period);
  served.release();
  expect(own.limits.read([key]).map(({ name, used }) => [name, used])).toEqual([
    ['requests_per_minute', 2],
    ['concurrency', 0],
  ]);
  expect(own.budgets.read(period)).toEqual({ settledNano: 500, reservedNano: 0 });
  await close();
});

test('two threads together are let through exactly as often as one', async () => {
  const clock = new ManualClock();
  const state = memorySharedState({ clock });
  const ends = [0, 1].map(() => {
    const served = serveSharedState(state);
    return linked({ limits: served.limits, budgets: served.budgets });
  });
  const threads = [state, ...ends.map(({ link }) => remoteSharedState(link))];
  const key = limitScope('crowd', { requests_per_minute: 50 });
  const verdicts = await Promise.all(
    Array.from({ length: 300 }, (_, at) => threads[at % 3]?.limits.reserve([key], { asked: 0, charged: 0 })),
  );
  expect(verdicts.filter((verdict) => verdict?.granted)).toHaveLength(50);
  for (const end of ends) end.close();
});
