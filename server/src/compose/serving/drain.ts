import type { CallCounts } from '../../workers/call-counts.ts';

/** Counts running calls so that a stop can wait for them. */
export class Drain {
  readonly #counts: CallCounts | undefined;
  #started = false;
  #running = 0;
  #idle: (() => void) | undefined;

  /** `counts`: where every thread of the process sees what runs; absent: there is one thread. */
  constructor(counts?: CallCounts) {
    this.#counts = counts;
  }

  /** True once the stop began: new calls are told to go elsewhere. */
  get started(): boolean {
    return this.#started;
  }

  /** In all threads. */
  get running(): number {
    return this.#counts === undefined ? this.#running : this.#counts.sum('running');
  }

  enter(): void {
    this.#running++;
    this.#counts?.enter();
  }

  leave(): void {
    this.#running--;
    this.#counts?.leave();
    if (this.#running === 0) this.#idle?.();
  }

  /** From here on new calls are refused; resolves when none of this thread runs any more or the time is up. */
  async finish(timeoutMs: number): Promise<void> {
    this.#started = true;
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
