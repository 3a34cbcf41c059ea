export interface BreakerSettings {
  readonly consecutiveFailures: number;
  /** Share of failures that opens it ... */
  readonly failureRatio: number;
  /** ... of at least this many calls ... */
  readonly minimumCalls: number;
  /** ... within this time. */
  readonly windowMs: number;
  readonly openMs: number;
  readonly maxOpenMs: number;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

const SLOTS = 10;

/** Stops calls to a target that keeps failing, and probes it with single calls until one succeeds. */
export class CircuitBreaker {
  readonly #settings: BreakerSettings;
  #consecutive = 0;
  #openUntil = 0;
  #openMs: number;
  #opened = false;
  #probing = false;
  #slot = 0;
  readonly #calls = new Array<number>(SLOTS).fill(0);
  readonly #failures = new Array<number>(SLOTS).fill(0);

  constructor(settings: BreakerSettings) {
    this.#settings = settings;
    this.#openMs = settings.openMs;
  }

  state(nowMono: number): BreakerState {
    if (!this.#opened) return 'closed';
    return nowMono < this.#openUntil ? 'open' : 'half-open';
  }

  /** Milliseconds until a probe is allowed; 0 when calls pass. */
  retryInMs(nowMono: number): number {
    return this.#opened ? Math.max(0, this.#openUntil - nowMono) : 0;
  }

  /** Would `tryPass` say yes? Takes nothing. */
  couldPass(nowMono: number): boolean {
    const state = this.state(nowMono);
    return state === 'closed' || (state === 'half-open' && !this.#probing);
  }

  /** May a call go now? In the half-open state one caller at a time is told yes and must report back. */
  tryPass(nowMono: number): boolean {
    if (!this.couldPass(nowMono)) return false;
    this.#probing = this.#opened;
    return true;
  }

  success(nowMono: number): void {
    // A call that was on its way when it opened says nothing about now: only the probe closes it.
    if (this.#opened && !this.#probing) return;
    this.#probing = false;
    this.#consecutive = 0;
    if (this.#opened) this.#reset();
    this.#count(nowMono, false);
  }

  failure(nowMono: number): void {
    if (this.#opened) {
      // Calls that were on their way when it opened fail too; only a probe says that the rest was too short.
      if (!this.#probing) return;
      this.#probing = false;
      this.#openMs = Math.min(this.#settings.maxOpenMs, this.#openMs * 2);
      this.#openUntil = nowMono + this.#openMs;
      return;
    }
    this.#consecutive++;
    this.#count(nowMono, true);
    if (this.#consecutive >= this.#settings.consecutiveFailures || this.#ratioReached()) {
      this.#opened = true;
      this.#openUntil = nowMono + this.#openMs;
    }
  }

  /** The call ended in a way that says nothing about the target (client error, client gone). */
  neutral(): void {
    this.#probing = false;
  }

  #reset(): void {
    this.#opened = false;
    this.#openMs = this.#settings.openMs;
    this.#calls.fill(0);
    this.#failures.fill(0);
  }

  #count(nowMono: number, failed: boolean): void {
    const slot = Math.floor(nowMono / (this.#settings.windowMs / SLOTS));
    for (let passed = Math.min(SLOTS, slot - this.#slot); passed > 0; passed--) {
      const at = (slot - passed + 1) % SLOTS;
      this.#calls[at] = 0;
      this.#failures[at] = 0;
    }
    this.#slot = slot;
    const at = slot % SLOTS;
    this.#calls[at] = (this.#calls[at] ?? 0) + 1;
    if (failed) this.#failures[at] = (this.#failures[at] ?? 0) + 1;
  }

  #ratioReached(): boolean {
    let calls = 0;
    let failures = 0;
    for (let at = 0; at < SLOTS; at++) {
      calls += this.#calls[at] ?? 0;
      failures += this.#failures[at] ?? 0;
    }
    return calls >= this.#settings.minimumCalls && failures >= this.#settings.failureRatio * calls;
  }
}
