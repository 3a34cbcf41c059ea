import type { SkimmedText } from '../../ports/protocol.ts';

const NOTHING = Buffer.alloc(0);
const SMALLEST_BYTES = 512;
const BACKSLASH = '\\';

/** Text that somebody may read later, as the bytes that stood in a stream's JSON: adding to it makes no objects. */
export class UndecodedText {
  #bytes: Buffer = NOTHING;
  #length = 0;
  #characters = 0;

  /** UTF-16 units added since the last `take`. */
  get characters(): number {
    return this.#characters;
  }

  add(bytes: Buffer, { textStart, textEnd, characters }: SkimmedText): void {
    const length = this.#length + textEnd - textStart;
    if (length > this.#bytes.length) this.#grow(length);
    bytes.copy(this.#bytes, this.#length, textStart, textEnd);
    this.#length = length;
    this.#characters += characters;
  }

  /** All of it, decoded; nothing is left. */
  take(): string {
    const text = this.#bytes.toString('utf8', 0, this.#length);
    this.#length = 0;
    this.#characters = 0;
    return text.includes(BACKSLASH) ? (JSON.parse(`"${text}"`) as string) : text;
  }

  #grow(needed: number): void {
    const wider = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length, SMALLEST_BYTES));
    this.#bytes.copy(wider, 0, 0, this.#length);
    this.#bytes = wider;
  }
}
