import { isWeirError, WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LedgerState } from '../../ports/ledger.ts';
import type { Spool } from '../spool/spool.ts';
import type { LedgerBackend, Recovery } from './ledger-backend.ts';

/**
 * How long written records wait before they are shipped. Nobody waits for it: an append is durable in the spool, and
 * reading ships first. Larger batches cost less, and a call that is settled within the time leaves no row of its intent.
 */
const LINGER_MS = 500;
/** This much does not wait. */
const HURRY_BYTES = 1024 * 1024;
const RETRY_MS = 1000;
/** A read gives up after so many refusals, each of which has already waited for the database's own time-out. */
const READ_TRIES = 3;

/** Decides when the spool is copied into the database: one request at a time, each up to what is written when it starts. */
export class Shipping {
  readonly #spool: Spool;
  readonly #backend: LedgerBackend;
  readonly #clock: Clock;
  readonly #immediate: boolean;
  #running: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #shippedLines = 0;
  #shippedBytes = 0;
  /** When the oldest record not in the database was written; undefined when all are. */
  #oldestAt: number | undefined;
  /** The same for records written since the running request began. */
  #newerAt: number | undefined;
  #error: string | null = null;
  #recovered = false;
  #stopped = false;

  constructor(parts: { spool: Spool; backend: LedgerBackend; clock: Clock; immediate: boolean }) {
    this.#spool = parts.spool;
    this.#backend = parts.backend;
    this.#clock = parts.clock;
    this.#immediate = parts.immediate;
  }

  /** After every write to the spool. */
  written(): void {
    if (this.#running) {
      this.#newerAt ??= this.#clock.now();
      return;
    }
    this.#oldestAt ??= this.#clock.now();
    this.#schedule();
  }

  /** Takes up what earlier processes left; tried again by itself when it fails. */
  async recover(): Promise<Recovery> {
    try {
      const recovery = await this.#backend.recover();
      this.#recovered = true;
      return recovery;
    } catch (error) {
      this.#error = describe(error);
      this.#retryLater();
      throw error;
    }
  }

  /** Resolves when everything appended so far is in the database; throws when it is not within `withinMs`. */
  async drain(withinMs: number | undefined): Promise<void> {
    if (withinMs === undefined) return this.#drain();
    const { promise: late, reject } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(withinMs, () => reject(new WeirError('store.unavailable')));
    // After the time is up its failure is nobody's: the shipper goes on by itself.
    const drained = this.#drain();
    drained.catch(() => {});
    try {
      await Promise.race([drained, late]);
    } finally {
      cancel();
    }
  }

  async #drain(): Promise<void> {
    this.#spool.write();
    if (this.#recovered && this.#shippedLines === this.#spool.lines) return;
    for (let tries = 1; ; tries++) {
      try {
        await this.#ship();
        return;
      } catch (error) {
        if (tries === READ_TRIES || !isWeirError(error) || !error.retryable) throw error;
      }
    }
  }

  /** Ships once more, although nothing may be left: a closed segment is removed by that. */
  async finish(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    await this.#ship();
  }

  state(): LedgerState {
    const error = this.#error ?? this.#spool.error;
    return {
      unshipped: this.#spool.lines - this.#shippedLines,
      lagMs: this.#oldestAt === undefined ? 0 : Math.max(0, this.#clock.now() - this.#oldestAt),
      healthy: error === null,
      error,
    };
  }

  #schedule(): void {
    if (this.#stopped || this.#cancelTimer) return;
    if (this.#immediate || this.#spool.bytes - this.#shippedBytes >= HURRY_BYTES) this.#shipInBackground();
    else this.#arm(LINGER_MS);
  }

  #arm(delayMs: number): void {
    this.#cancelTimer = this.#clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      this.#shipInBackground();
    });
  }

  #shipInBackground(): void {
    this.#ship().catch(() => this.#retryLater());
  }

  #retryLater(): void {
    if (!this.#stopped && !this.#cancelTimer) this.#arm(RETRY_MS);
  }

  async #ship(): Promise<void> {
    while (this.#running) await this.#running.catch(() => {});
    this.#running = this.#request();
    try {
      await this.#running;
    } finally {
      this.#running = undefined;
    }
    if (this.#oldestAt !== undefined) this.#schedule();
  }

  async #request(): Promise<void> {
    try {
      const { position, lines, bytes } = await this.#backend.ship(this.#spool.position);
      this.#recovered = true;
      this.#shippedLines = lines;
      this.#shippedBytes = bytes;
      this.#oldestAt = this.#newerAt;
      this.#error = null;
      this.#spool.shipped(position, bytes);
    } catch (error) {
      this.#oldestAt ??= this.#newerAt;
      this.#error = describe(error);
      throw error;
    } finally {
      this.#newerAt = undefined;
    }
  }
}

function describe(error: unknown): string {
  return isWeirError(error) ? error.message : new WeirError('bug').message;
}
