/** Which window of time a line is in. */
export interface Timeline {
  /** Index of the window, from 0; -1: none. May call `move` first, when windows became others. */
  windowOf(time: number): number;
  /** The indices of the windows that there are, in order: from `first` to below `end`. */
  readonly first: number;
  readonly end: number;
  /** Counters to make for anything counted. */
  readonly size: number;
}

/** Windows of the same length that divide a known period, in Unix milliseconds. */
export function fixedTimeline(of: { from: number; to: number; windows: number }): Timeline {
  const { from, windows } = of;
  const windowMs = Math.max(1, (of.to - from) / windows);
  return {
    windowOf: (time) => {
      const window = Math.floor((time - from) / windowMs);
      return window >= 0 && window < windows ? window : -1;
    },
    first: 0,
    end: windows,
    size: windows,
  };
}

/** What becomes of counts by window: those of window `at` belong to `to(at)` now. */
export type Regroup = (to: (at: number) => number) => void;

const FIRST_WINDOW_MS = 1000;

/**
 * Windows for a period that nobody knows beforehand: they begin with a second, and whenever lines span more of them than there may
 * be, two become one. So there are more than half of the most, once lines span that many seconds.
 */
export class GrowingTimeline implements Timeline {
  readonly size: number;
  readonly #regroup: Regroup;
  #windowMs = FIRST_WINDOW_MS;
  /** Of index 0, counted in windows since the epoch. */
  #base = 0;
  #first = 0;
  #end = 0;

  constructor(of: { most: number; regroup: Regroup }) {
    this.size = of.most;
    this.#regroup = of.regroup;
  }

  get first(): number {
    return this.#first;
  }

  get end(): number {
    return this.#end;
  }

  windowOf(time: number): number {
    if (!Number.isFinite(time)) return -1;
    const at = Math.floor(time / this.#windowMs) - this.#base;
    if (at >= this.#first && at < this.#end) return at;
    this.#include(time);
    return Math.floor(time / this.#windowMs) - this.#base;
  }

  #include(time: number): void {
    const isEmpty = this.#end === this.#first;
    const [windowMs, base] = [this.#windowMs, this.#base];
    const startMs = isEmpty ? time : Math.min(time, (base + this.#first) * windowMs);
    const lastMs = isEmpty ? time : Math.max(time, (base + this.#end - 1) * windowMs);
    const windowAt = (ms: number) => Math.floor(ms / this.#windowMs);
    while (windowAt(lastMs) - windowAt(startMs) >= this.size) this.#windowMs *= 2;
    if (isEmpty || windowAt(startMs) < base || this.#windowMs !== windowMs || windowAt(lastMs) - base >= this.size) {
      this.#base = windowAt(startMs);
      if (!isEmpty) this.#regroup((at) => windowAt((base + at) * windowMs) - this.#base);
    }
    this.#first = windowAt(startMs) - this.#base;
    this.#end = windowAt(lastMs) - this.#base + 1;
  }
}
