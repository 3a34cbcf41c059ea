import type { Clock } from '../ports/clock.ts';

/** Where lines go: pino's destination, or any stream that says when it is full. */
export interface LogDestination {
  /** False: full, wait for `drain`. */
  write(text: string): boolean;
  on(event: 'drain' | 'error', listener: () => void): unknown;
}

interface LineBatchOptions {
  readonly destination: LogDestination;
  readonly clock: Clock;
  readonly maxPendingCharacters?: number;
}

const FLUSH_MS = 50;
const MAX_PENDING_CHARACTERS = 4_194_304;

/** Lines on their way to a destination, written together; bounded when the destination is stuck. */
export class LineBatch {
  /** Lines lost so far. */
  dropped = 0;
  readonly #destination: LogDestination;
  readonly #clock: Clock;
  readonly #maxPending: number;
  #pending = '';
  #scheduled = false;
  #stuck = false;

  constructor(options: LineBatchOptions) {
    this.#destination = options.destination;
    this.#clock = options.clock;
    this.#maxPending = options.maxPendingCharacters ?? MAX_PENDING_CHARACTERS;
    const resume = () => {
      this.#stuck = false;
      this.#write();
    };
    options.destination.on('drain', resume);
    // What could not be written stays with the destination, which tries again with the next batch.
    options.destination.on('error', () => {
      this.#stuck = false;
    });
  }

  /** `line` ends with a newline. */
  append(line: string): void {
    if (this.#pending.length + line.length > this.#maxPending) {
      this.dropped++;
      return;
    }
    this.#pending += line;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#clock.after(FLUSH_MS, () => {
      this.#scheduled = false;
      if (!this.#stuck) this.#write();
    });
  }

  /** Hands everything over, full or not: the process is about to end. */
  flush(): void {
    this.#write();
  }

  #write(): void {
    if (this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    this.#stuck = !this.#destination.write(text);
  }
}
