/** Time through a port, so tests need no sleeping. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds from an arbitrary start, never going back, with fractions. */
  monotonic(): number;
  /** Runs once after the delay; the function given back cancels it. */
  after(delayMs: number, run: () => void): () => void;
}
