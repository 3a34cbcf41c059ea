import { EventTooLargeError } from './event-too-large-error.ts';

const NOTHING = Buffer.alloc(0);
const SMALLEST_GROWTH = 256;

/**
 * The start of an event whose end has not arrived. Room doubles, so an event in one-byte chunks costs linear time; a
 * single piece is kept as it is, without a copy.
 */
export class HeldBytes {
  readonly #maxBytes: number;
  #bytes: Buffer = NOTHING;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#length;
  }

  append(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.#maxBytes) throw new EventTooLargeError(this.#maxBytes);
    if (this.#length === 0) {
      this.#bytes = piece;
    } else {
      if (length > this.#bytes.length) this.#grow(length);
      piece.copy(this.#bytes, this.#length);
    }
    this.#length = length;
  }

  /** Everything held so far; more may follow. */
  peek(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Everything held, which is then the caller's: later appends never touch it. */
  take(): Buffer {
    const taken = this.peek();
    this.#bytes = NOTHING;
    this.#length = 0;
    return taken;
  }

  #grow(needed: number): void {
    const wider = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length, SMALLEST_GROWTH));
    this.#bytes.copy(wider, 0, 0, this.#length);
    this.#bytes = wider;
  }
}
