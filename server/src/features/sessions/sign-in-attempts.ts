import { WeirError } from '../../kernel/errors.ts';
import { MINUTE_MS } from '../../kernel/time.ts';
import type { Clock } from '../../ports/clock.ts';

const WRONG_KEYS_PER_MINUTE = 10;
const MAX_ADDRESSES = 10_000;

/** Wrong keys by the address they came from; who sent too many waits until the minute is over. */
export class SignInAttempts {
  readonly #clock: Clock;
  readonly #failures = new Map<string, { count: number; until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `limit.rate`; asked before the key is looked at, so that a right guess is not told either. */
  assertMayTry(address: string): void {
    const known = this.#failures.get(address);
    const leftMs = (known?.until ?? 0) - this.#clock.now();
    if (known === undefined || leftMs <= 0 || known.count < WRONG_KEYS_PER_MINUTE) return;
    throw new WeirError('limit.rate', {
      message: `Too many sign-ins with wrong keys came from this address. Try again in ${Math.ceil(leftMs / 1000)} s.`,
      retryAfterMs: leftMs,
    });
  }

  failed(address: string): void {
    const now = this.#clock.now();
    const known = this.#failures.get(address);
    if (known !== undefined && known.until > now) {
      known.count++;
      return;
    }
    if (this.#failures.size >= MAX_ADDRESSES) this.#forgetPast(now);
    this.#failures.set(address, { count: 1, until: now + MINUTE_MS });
  }

  #forgetPast(now: number): void {
    for (const [address, { until }] of this.#failures) if (until <= now) this.#failures.delete(address);
    // All of them within a minute: the oldest goes, so that memory stays bounded.
    const [oldest] = this.#failures.keys();
    if (this.#failures.size >= MAX_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest);
  }
}
