import { MINUTE_MS } from '../../kernel/time.ts';

const SLOTS = 6;
const SLOT_MS = MINUTE_MS / SLOTS;

interface Window {
  slot: number;
  readonly requests: number[];
  readonly retries: number[];
}

/**
 * Retries per upstream as a share of its requests over the last minute, so that an outage is not multiplied by our
 * retries. A floor keeps small traffic retrying.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #floorPerMinute: number;
  readonly #windows = new Map<string, Window>();

  constructor(settings: { ratio: number; floorPerMinute: number }) {
    this.#ratio = settings.ratio;
    this.#floorPerMinute = settings.floorPerMinute;
  }

  countRequest(upstream: string, nowMono: number): void {
    const window = this.#window(upstream, nowMono);
    const at = window.slot % SLOTS;
    window.requests[at] = (window.requests[at] ?? 0) + 1;
  }

  /** Takes one retry if the budget has it. */
  tryRetry(upstream: string, nowMono: number): boolean {
    const window = this.#window(upstream, nowMono);
    const retries = sum(window.retries);
    if (retries >= this.#floorPerMinute && retries >= this.#ratio * sum(window.requests)) return false;
    const at = window.slot % SLOTS;
    window.retries[at] = (window.retries[at] ?? 0) + 1;
    return true;
  }

  #window(upstream: string, nowMono: number): Window {
    const slot = Math.floor(nowMono / SLOT_MS);
    let window = this.#windows.get(upstream);
    if (window === undefined) {
      window = { slot, requests: new Array<number>(SLOTS).fill(0), retries: new Array<number>(SLOTS).fill(0) };
      this.#windows.set(upstream, window);
    }
    for (let passed = Math.min(SLOTS, slot - window.slot); passed > 0; passed--) {
      const at = (slot - passed + 1) % SLOTS;
      window.requests[at] = 0;
      window.retries[at] = 0;
    }
    window.slot = slot;
    return window;
  }
}

function sum(counts: readonly number[]): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
