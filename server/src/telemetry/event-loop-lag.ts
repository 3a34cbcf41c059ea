import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../ports/clock.ts';

/** How late the event loop ran its timers in the last window, in milliseconds. */
export interface EventLoopLag {
  readonly meanMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface EventLoopMonitor {
  /** Never waits. */
  read(): EventLoopLag;
  close(): void;
}

const RESOLUTION_MS = 20;
const WINDOW_MS = 15_000;
const NANO_PER_MS = 1e6;
/** One stall among a few samples says nothing: a start is full of them. */
const LEAST_SAMPLES = 25;

/** Watches the event loop. A reading covers at least the time since the window before it ended, so no stall goes unseen. */
export function monitorEventLoop(clock: Clock): EventLoopMonitor {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let windowStart = clock.monotonic();
  return {
    read() {
      const isKnown = delay.count >= LEAST_SAMPLES;
      const lag = {
        meanMs: isKnown ? lateness(delay.mean) : 0,
        p99Ms: lateness(delay.percentile(99)),
        maxMs: isKnown ? lateness(delay.max) : 0,
      };
      if (clock.monotonic() - windowStart >= WINDOW_MS) {
        delay.reset();
        windowStart = clock.monotonic();
      }
      return lag;
    },
    close() {
      delay.disable();
    },
  };
}

/** The histogram holds the distance between two timers; what exceeds their interval is lag. Empty, its mean is NaN. */
function lateness(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / NANO_PER_MS - RESOLUTION_MS) : 0;
}
