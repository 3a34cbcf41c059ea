import { Interrupted } from './ending.ts';

/** A place in a run that waits for a time or for a person. */
interface Waiter {
  readonly dueAt: number | null;
  readonly wake: () => void;
  readonly interrupt: (why: Interrupted) => void;
}

/**
 * Counts the branches of one run that can go on. When none can and some wait, the run has nothing to do: all of them are
 * interrupted, and the run is parked until the earliest of their times.
 */
export class Fibers {
  #running = 1;
  readonly #waiters = new Set<Waiter>();
  readonly #onWait: (dueAt: number) => void;
  #parkedUntil: number | null = null;

  /** `onWait` is told of times at which waiters must be woken while other branches go on. */
  constructor(onWait: (dueAt: number) => void) {
    this.#onWait = onWait;
  }

  /** When a parked run goes on by itself; null: never. */
  get parkedUntil(): number | null {
    return this.#parkedUntil;
  }

  /** One branch becomes others, or comes back from them. */
  change(by: number): void {
    this.#running += by;
    if (this.#running === 0 && this.#waiters.size > 0) this.#park();
  }

  /** Resolves when something may have changed; who waited looks again. */
  wait(dueAt: number | null): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = {
      dueAt,
      wake: () => {
        this.#waiters.delete(waiter);
        this.#running++;
        resolve();
      },
      interrupt: (why) => {
        this.#waiters.delete(waiter);
        this.#running++;
        reject(why);
      },
    };
    this.#waiters.add(waiter);
    if (dueAt !== null) this.#onWait(dueAt);
    this.change(-1);
    return promise;
  }

  wake(): void {
    for (const waiter of [...this.#waiters]) waiter.wake();
  }

  interrupt(why: Interrupted): void {
    for (const waiter of [...this.#waiters]) waiter.interrupt(why);
  }

  #park(): void {
    const times = [...this.#waiters].map(({ dueAt }) => dueAt).filter((dueAt) => dueAt !== null);
    this.#parkedUntil = times.length === 0 ? null : Math.min(...times);
    this.interrupt(new Interrupted('parked'));
  }
}
