import { WeirError } from '../../kernel/errors.ts';

const FAILURES_TO_OPEN = 2;
const FIRST_REST_MS = 250;
const LONGEST_REST_MS = 4000;

/**
 * Keeps who asks from waiting for a database that is not there: after two lost connections in a row it refuses at once,
 * for a quarter of a second at first and at most four; then one try decides. Fail-closed: what needs the database gets
 * `store.unavailable`, what is in memory goes on.
 */
export class DatabaseBreaker {
  readonly #monotonic: () => number;
  #failures = 0;
  #restMs = FIRST_REST_MS;
  #openUntil = 0;
  #isProbing = false;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Throws while it rests; otherwise `succeeded` or `failed` must follow. */
  admit(): void {
    if (this.#failures < FAILURES_TO_OPEN) return;
    const leftMs = this.#openUntil - this.#monotonic();
    if (leftMs > 0 || this.#isProbing) {
      throw new WeirError('store.unavailable', { retryAfterMs: Math.ceil(Math.max(leftMs, FIRST_REST_MS)) });
    }
    this.#isProbing = true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#restMs = FIRST_REST_MS;
    this.#isProbing = false;
  }

  failed(): void {
    this.#failures++;
    this.#isProbing = false;
    if (this.#failures < FAILURES_TO_OPEN) return;
    this.#openUntil = this.#monotonic() + this.#restMs;
    this.#restMs = Math.min(this.#restMs * 2, LONGEST_REST_MS);
  }
}
