import type { Clock } from '../ports/clock.ts';

/** Something that wants to look at the clock now and then: a running attempt. Linked to its neighbours, kept nowhere else. */
export interface Ticking {
  tick(nowMono: number): void;
  previous: Ticking | undefined;
  next: Ticking | undefined;
}

const TICK_MS = 20;

/**
 * One coarse timer for all running attempts. The attempts link each other: a Set or Map of in-flight requests costs more
 * than the rest of the call, because it keeps short-lived objects alive through young collections.
 */
export class Deadlines {
  readonly #clock: Clock;
  #first: Ticking | undefined;
  #stop: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(ticking: Ticking): void {
    ticking.previous = undefined;
    ticking.next = this.#first;
    if (this.#first !== undefined) this.#first.previous = ticking;
    this.#first = ticking;
    this.#stop ??= this.#clock.after(TICK_MS, () => this.#tick());
  }

  remove(ticking: Ticking): void {
    if (ticking.previous !== undefined) ticking.previous.next = ticking.next;
    else if (this.#first === ticking) this.#first = ticking.next;
    if (ticking.next !== undefined) ticking.next.previous = ticking.previous;
    ticking.previous = undefined;
    ticking.next = undefined;
  }

  #tick(): void {
    this.#stop = undefined;
    const now = this.#clock.monotonic();
    let at = this.#first;
    while (at !== undefined) {
      const next: Ticking | undefined = at.next;
      at.tick(now);
      at = next;
    }
    if (this.#first !== undefined) this.#stop = this.#clock.after(TICK_MS, () => this.#tick());
  }
}
