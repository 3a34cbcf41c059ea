import type { Clock } from '../../server/src/ports/clock.ts';

/** The machine's time, for tests that run against real threads and processes. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
