import { memorySharedState } from '../../server/src/shared-state/memory/shared-state.ts';
import { ManualClock } from './manual-clock.ts';
import { sharedStateContract } from './shared-state.contract.ts';

sharedStateContract('shared state in memory', async () => {
  const clock = new ManualClock();
  // Minutes follow the clock that never goes back, as the machine's does.
  let monotonic = 0;
  const state = memorySharedState({
    clock: { now: () => clock.now(), monotonic: () => monotonic, after: (delay, run) => clock.after(delay, run) },
  });
  return {
    state,
    advance(milliseconds) {
      clock.advance(milliseconds);
      monotonic += Math.max(0, milliseconds);
    },
    close: () => state.close(),
  };
});
