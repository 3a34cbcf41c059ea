import type { Clock } from '../../../../ports/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** The system's time, of which waits can be left out: what is due after a skip happens at once. */
export class SkippingClock implements Clock {
  #skippedMs = 0;
  readonly #timers = new Map<Timer, NodeJS.Timeout>();

  now(): number {
    return Date.now() + this.#skippedMs;
  }

  monotonic(): number {
    return performance.now() + this.#skippedMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.now() + delayMs, run };
    const cancel = () => {
      clearTimeout(this.#timers.get(timer));
      this.#timers.delete(timer);
    };
    const fire = () => {
      cancel();
      run();
    };
    // Later than a day nobody sits here; a skip comes first.
    this.#timers.set(timer, setTimeout(fire, Math.min(delayMs, 86_400_000)));
    return cancel;
  }

  skipTo(atMs: number): void {
    this.#skippedMs += Math.max(0, atMs - this.now());
    for (const [timer, handle] of [...this.#timers]) {
      if (timer.atMs > this.now()) continue;
      clearTimeout(handle);
      this.#timers.delete(timer);
      timer.run();
    }
  }
}
