import { performance } from 'node:perf_hooks';

/** Gives the part of the time since it was last asked that this thread's event loop had nothing to do, 0 to 1. */
export function loopIdleness(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return 1 - utilization;
  };
}
