import { SECOND_MS } from '../../kernel/time.ts';
import type { Clock } from '../../ports/clock.ts';

/** Before a scan is over it is taken to cost this: the full detectors, and the way to the thread and back. */
const MS_PER_CHARACTER = 0.0003;
const MS_PER_JOB = 0.2;
/** A server that was idle may look at this much at once, in seconds of its share. */
const BURST_S = 2;
/** The bucket is topped up this often at most. */
const FILLED_EACH_MS = 100;

/**
 * How much background scans may cost: a bucket of processor time that fills with the configured share of one core, the slower
 * the busier the event loop is. What does not fit is not looked at, so a flood of new text costs a bounded part of the machine,
 * and a server that has no time to spare spends none on what nobody waits for.
 */
export class ScanAllowance {
  readonly #clock: Clock;
  /** 0 to 1, asked each time: a reload may change it. */
  readonly #share: () => number;
  readonly #idle: () => number;
  #availableMs: number;
  #filledMono: number;

  constructor(of: { readonly clock: Clock; readonly share: () => number; readonly idle?: () => number }) {
    this.#clock = of.clock;
    this.#share = of.share;
    this.#idle = of.idle ?? ALWAYS;
    this.#availableMs = BURST_S * SECOND_MS * of.share();
    this.#filledMono = of.clock.monotonic();
  }

  /** Is anything left? Cheap: a server under full load asks it for every call and is told no. */
  hasAny(): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#filledMono >= FILLED_EACH_MS) {
      const share = this.#share();
      const most = BURST_S * SECOND_MS * share;
      this.#availableMs = Math.min(most, this.#availableMs + (now - this.#filledMono) * share * this.#idle());
      this.#filledMono = now;
    }
    return this.#availableMs > 0;
  }

  /** What the scan is taken to cost, in milliseconds; 0 when nothing is left. A long text may overdraw: those after it pay. */
  take(characters: number): number {
    if (!this.hasAny()) return 0;
    const costMs = MS_PER_JOB + characters * MS_PER_CHARACTER;
    this.#availableMs -= costMs;
    return costMs;
  }

  /** A scan is over: what it took in truth takes the place of what it was taken for. */
  correct(of: { readonly takenMs: number; readonly tookMs: number }): void {
    this.#availableMs += of.takenMs - of.tookMs;
  }
}

const ALWAYS = () => 1;
