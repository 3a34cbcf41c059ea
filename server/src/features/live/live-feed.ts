import { randomHex } from '../../kernel/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LiveBatch, LiveEvent, LiveEvents } from '../../ports/live.ts';

/** So many of the latest events are kept: seconds of a busy server, hours of a quiet one. */
const KEPT = 2000;
const MOST_AT_ONCE = 500;
/** Events that come together are told together. */
const GATHER_MS = 40;

/** Adding costs one place in an array; who is slow finds that some places were taken by newer events. */
export class LiveFeed implements LiveEvents {
  readonly #clock: Clock;
  readonly #epoch = randomHex(6);
  readonly #kept = new Array<LiveEvent | undefined>(KEPT);
  readonly #waiters = new Set<() => void>();
  #latest = 0;
  #isGathering = false;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  epoch(): string {
    return this.#epoch;
  }

  latest(): number {
    return this.#latest;
  }

  add(event: LiveEvent): void {
    this.#latest++;
    this.#kept[this.#latest % KEPT] = event;
    if (this.#waiters.size === 0 || this.#isGathering) return;
    this.#isGathering = true;
    this.#clock.after(GATHER_MS, () => {
      this.#isGathering = false;
      for (const wake of [...this.#waiters]) wake();
    });
  }

  async after(of: { number: number; projectId: string | undefined; waitMs: number }): Promise<LiveBatch> {
    const { projectId, waitMs } = of;
    let from = Math.min(of.number, this.#latest);
    const endMono = this.#clock.monotonic() + waitMs;
    for (;;) {
      const batch = this.#read(from, projectId);
      const leftMs = endMono - this.#clock.monotonic();
      if (batch.events.length > 0 || batch.skipped > 0 || leftMs <= 0 || this.#isClosed) return batch;
      from = batch.upTo;
      await this.#wait(leftMs);
    }
  }

  /** Nobody waits any longer, from here on. */
  close(): void {
    this.#isClosed = true;
    for (const wake of [...this.#waiters]) wake();
  }

  #read(from: number, projectId: string | undefined): LiveBatch {
    const oldest = Math.max(1, this.#latest - KEPT + 1);
    const skipped = Math.max(0, oldest - 1 - from);
    const events: LiveBatch['events'][number][] = [];
    let number = from + skipped;
    while (number < this.#latest && events.length < MOST_AT_ONCE) {
      number++;
      const event = this.#kept[number % KEPT];
      if (event !== undefined && isOf(event, projectId)) events.push({ number, event });
    }
    return { events, upTo: number, skipped };
  }

  #wait(forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        this.#waiters.delete(wake);
        resolve();
      };
      const cancel = this.#clock.after(forMs, wake);
      this.#waiters.add(wake);
    });
  }
}

function isOf(event: LiveEvent, projectId: string | undefined): boolean {
  return projectId === undefined || event.projectId === undefined || event.projectId === projectId;
}
