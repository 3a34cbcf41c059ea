import { SECOND_MS } from '../../kernel/time.ts';

const SLOTS = 64;
const MASK = SLOTS - 1;
/** A slot counts until all of it is older than a minute, so no minute ever holds more than the limit. */
const KEPT_SECONDS = 61;

/** An amount over the last minute in slots of a second. Times are seconds of one clock that never goes back. */
export class SlidingMinute {
  readonly #slots = new Float64Array(SLOTS);
  #second: number;
  #newest = Number.NEGATIVE_INFINITY;
  #total = 0;

  constructor(second: number) {
    this.#second = second;
  }

  total(second: number): number {
    this.#advance(second);
    return this.#total;
  }

  /** What belongs to a second that has left the window is forgotten. */
  add(amount: number, second: number): void {
    if (second > this.#second) this.#advance(second);
    if (second <= this.#second - KEPT_SECONDS) return;
    this.#slots[second & MASK] = (this.#slots[second & MASK] ?? 0) + amount;
    this.#total += amount;
    if (amount > 0 && second > this.#newest) this.#newest = second;
  }

  /** Milliseconds until at most `most` is left of what is in the window now. */
  waitMs(most: number, nowMs: number): number {
    let left = this.#total;
    for (let second = this.#second - KEPT_SECONDS + 1; second <= this.#second; second++) {
      if (left <= most) break;
      left -= this.#slots[second & MASK] ?? 0;
      if (left <= most) return Math.max(1, (second + KEPT_SECONDS) * SECOND_MS - nowMs);
    }
    return 0;
  }

  /** Milliseconds until the window is empty. */
  resetMs(nowMs: number): number {
    return this.#total <= 0 ? 0 : Math.max(0, (this.#newest + KEPT_SECONDS) * SECOND_MS - nowMs);
  }

  /** The seconds with something in them. */
  entries(second: number): { second: number; amount: number }[] {
    this.#advance(second);
    const entries: { second: number; amount: number }[] = [];
    for (let at = this.#second - KEPT_SECONDS + 1; at <= this.#second; at++) {
      const amount = this.#slots[at & MASK] ?? 0;
      if (amount !== 0) entries.push({ second: at, amount });
    }
    return entries;
  }

  #advance(second: number): void {
    if (second <= this.#second) return;
    if (second - this.#second >= KEPT_SECONDS) {
      this.#slots.fill(0);
      this.#total = 0;
      this.#second = second;
      return;
    }
    while (this.#second < second) {
      this.#second++;
      const leaving = (this.#second - KEPT_SECONDS) & MASK;
      this.#total -= this.#slots[leaving] ?? 0;
      this.#slots[leaving] = 0;
    }
  }
}
