import { SECOND_MS } from '../../kernel/time.ts';
import type { Clock } from '../../ports/clock.ts';

/** What the full detectors take of a core, measured: about 150 microseconds per KB, and the way to the thread and back. */
const MS_PER_CHARACTER = 0.00015;
const MS_PER_JOB = 0.03;
/** A server that was idle may look at this much at once, in seconds of its share. */
const BURST_S = 10;

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

  /** False: nothing is left. A long text may overdraw, and those after it wait until that is made good. */
  take(characters: number): boolean {
    const now = this.#clock.monotonic();
    const share = this.#share();
    const most = BURST_S * SECOND_MS * share;
    this.#availableMs = Math.min(most, this.#availableMs + (now - this.#filledMono) * share);
    this.#filledMono = now;
    if (this.#availableMs <= 0) return false;
    this.#availableMs -= MS_PER_JOB + characters * MS_PER_CHARACTER;
    return true;
  }
}
