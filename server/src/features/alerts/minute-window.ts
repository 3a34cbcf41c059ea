const SLOTS = 6;
const SLOT_MS = 10_000;

/** Counts of the last minute, in slots of ten seconds; adding costs nothing to speak of. */
export class MinuteWindow {
  readonly #good = new Array<number>(SLOTS).fill(0);
  readonly #bad = new Array<number>(SLOTS).fill(0);
  #slot = 0;

  add(isBad: boolean, nowMono: number): void {
    this.#advance(nowMono);
    const counts = isBad ? this.#bad : this.#good;
    const at = this.#slot % SLOTS;
    counts[at] = (counts[at] ?? 0) + 1;
  }

  read(nowMono: number): { good: number; bad: number } {
    this.#advance(nowMono);
    return { good: sum(this.#good), bad: sum(this.#bad) };
  }

  #advance(nowMono: number): void {
    const slot = Math.floor(nowMono / SLOT_MS);
    for (let passed = Math.min(slot - this.#slot, SLOTS), at = slot; passed > 0; passed--, at--) {
      this.#good[at % SLOTS] = 0;
      this.#bad[at % SLOTS] = 0;
    }
    this.#slot = Math.max(slot, this.#slot);
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
