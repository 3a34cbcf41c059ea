import type { Clock } from '../../ports/clock.ts';

const FAILURES = 3;
const FIRST_REST_MS = 1000;
const LONGEST_REST_MS = 30_000;

/** A small breaker: after a few failures in a row nobody asks for a while, then one asks first. */
export class Rest {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #failures = 0;
  #until = 0;
  #restMs = FIRST_REST_MS;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  get isOver(): boolean {
    return this.#failures < FAILURES || this.#clock.monotonic() >= this.#until;
  }

  /** May this one ask? After a rest only one may, until it has its answer. */
  tryAsk(): boolean {
    if (this.#failures < FAILURES) return true;
    const now = this.#clock.monotonic();
    if (now < this.#until) return false;
    this.#until = now + this.#restMs;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#restMs = FIRST_REST_MS;
  }

  failed(): void {
    if (++this.#failures < FAILURES) return;
    this.#until = this.#clock.monotonic() + this.#restMs;
    this.#restMs = Math.min(this.#restMs * 2, LONGEST_REST_MS);
  }
}
