import { SECOND_MS } from '../../kernel/time.ts';
import type { Clock } from '../../ports/clock.ts';

/** Before a scan is over it is taken to cost this: the full detectors, and the way to the thread and back. */
const MS_PER_CHARACTER = 0.0003;
const MS_PER_JOB = 0.2;
/** A server that was idle may look at this much at once, in seconds of its share. */
const BURST_S = 2;

/**
 * How much background scans may cost: a bucket of processor time that fills with the configured share of one core. What does not
 * fit is not looked at, so a flood of new text costs a bounded part of the machine.
 */
export class ScanAllowance {
  readonly #clock: Clock;
  /** 0 to 1, asked each time: a reload may change it. */
  readonly #share: () => number;
  #availableMs: number;
  #filledMono: number;

  constructor(of: { readonly clock: Clock; readonly share: () => number }) {
    this.#clock = of.clock;
    this.#share = of.share;
    this.#availableMs = BURST_S * SECOND_MS * of.share();
    this.#filledMono = of.clock.monotonic();
  }

  /** What the scan is taken to cost, in milliseconds; 0 when nothing is left. A long text may overdraw: those after it pay. */
  take(characters: number): number {
    const now = this.#clock.monotonic();
    const share = this.#share();
    const most = BURST_S * SECOND_MS * share;
    this.#availableMs = Math.min(most, this.#availableMs + (now - this.#filledMono) * share);
    this.#filledMono = now;
    if (this.#availableMs <= 0) return 0;
    const costMs = MS_PER_JOB + characters * MS_PER_CHARACTER;
    this.#availableMs -= costMs;
    return costMs;
  }

  /** A scan is over: what it took in truth takes the place of what it was taken for. */
  correct(of: { readonly takenMs: number; readonly tookMs: number }): void {
    this.#availableMs += of.takenMs - of.tookMs;
  }
}
