import type { Random } from './mind/random.ts';

/** How long the simulated model takes. */
export interface Latency {
  /** Milliseconds before the first content of a reply. */
  firstTokenMs: number;
  /** Milliseconds between pieces of content, on average; each gap varies by half. */
  interTokenMs: number;
}

export const DEFAULT_LATENCY: Latency = { firstTokenMs: 4, interTokenMs: 0.5 };

/** Resolves after the time, or at once when the signal fires. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Keeps a reply on its schedule: gaps shorter than a timer can measure are saved up. */
export class Pacer {
  #due: number;
  readonly #latency: Latency;
  readonly #random: Random;

  constructor(latency: Latency, random: Random) {
    this.#latency = latency;
    this.#random = random;
    this.#due = performance.now() + latency.firstTokenMs;
  }

  /** Milliseconds to wait before the next piece of content; 0 when none. */
  waitForContent(): number {
    const wait = this.#due - performance.now();
    this.#due += this.#latency.interTokenMs * (0.5 + this.#random.next());
    return wait >= 1 ? wait : 0;
  }
}
