import type { Clock } from '../../ports/clock.ts';

export type CheckResult<T> =
  | { readonly kind: 'passed'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** No answer in time and nothing older to show; the check goes on and its result is kept for the next reader. */
  | { readonly kind: 'running' };

export interface CheckOptions {
  /** How long a result is shown before the next reader starts a new check. */
  readonly keepMs: number;
  /** Longest time a reader waits. */
  readonly waitMs: number;
  readonly clock: Clock;
}

/** A slow check that many may read: one run at a time, its result kept for a while, nobody waits long. */
export class CachedCheck<T> {
  readonly #check: () => Promise<T>;
  readonly #options: CheckOptions;
  #last: CheckResult<T> | undefined;
  #doneMono = 0;
  #running: Promise<CheckResult<T>> | undefined;

  constructor(check: () => Promise<T>, options: CheckOptions) {
    this.#check = check;
    this.#options = options;
  }

  async read(): Promise<CheckResult<T>> {
    const { clock, keepMs, waitMs } = this.#options;
    if (this.#last !== undefined && clock.monotonic() - this.#doneMono < keepMs) return this.#last;
    this.#running ??= this.#run();
    let cancel = () => {};
    const late = new Promise<CheckResult<T>>((resolve) => {
      cancel = clock.after(waitMs, () => resolve({ kind: 'running' }));
    });
    const result = await Promise.race([this.#running, late]);
    cancel();
    return result;
  }

  async #run(): Promise<CheckResult<T>> {
    let result: CheckResult<T>;
    try {
      result = { kind: 'passed', value: await this.#check() };
    } catch (error) {
      result = { kind: 'failed', error };
    }
    this.#last = result;
    this.#doneMono = this.#options.clock.monotonic();
    this.#running = undefined;
    return result;
  }
}
