const FIELDS = ['running', 'started', 'concurrency', 'memory'] as const;
type Field = (typeof FIELDS)[number];

/** Numbers of calls that every thread of the process sees at once, in memory they share: one row per thread. */
export class CallCounts {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #own: number;

  private constructor(buffer: SharedArrayBuffer, own: number) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
    this.#own = own * FIELDS.length;
  }

  /** For the main thread, which has row 0. */
  static create(threads: number): CallCounts {
    return new CallCounts(new SharedArrayBuffer(threads * FIELDS.length * Int32Array.BYTES_PER_ELEMENT), 0);
  }

  static attach(buffer: SharedArrayBuffer, row: number): CallCounts {
    return new CallCounts(buffer, row);
  }

  enter(): void {
    Atomics.add(this.#cells, this.#own, 1);
    Atomics.add(this.#cells, this.#own + 1, 1);
  }

  leave(): void {
    Atomics.sub(this.#cells, this.#own, 1);
  }

  shed(reason: 'concurrency' | 'memory'): void {
    Atomics.add(this.#cells, this.#own + FIELDS.indexOf(reason), 1);
  }

  /** Over all threads. */
  sum(field: Field): number {
    let sum = 0;
    for (let at = FIELDS.indexOf(field); at < this.#cells.length; at += FIELDS.length)
      sum += Atomics.load(this.#cells, at);
    return sum;
  }

  /** Calls refused at once, over all threads. */
  refused(): { concurrency: number; memory: number } {
    return { concurrency: this.sum('concurrency'), memory: this.sum('memory') };
  }

  /** By thread, the main thread first. */
  started(): number[] {
    const rows = this.#cells.length / FIELDS.length;
    return Array.from({ length: rows }, (_, row) => Atomics.load(this.#cells, row * FIELDS.length + 1));
  }

  /** A thread ended with calls running; they run no more. */
  forgetRunning(row: number): void {
    Atomics.store(this.#cells, row * FIELDS.length, 0);
  }
}
