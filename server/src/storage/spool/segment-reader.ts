import { closeSync, openSync, readSync } from 'node:fs';
import { type LineReader, readLines } from './line.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Reads one segment from an offset on, chunk by chunk. */
export class SegmentReader {
  readonly #descriptor: number;
  #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #offset: number;

  constructor(path: string, offset: number) {
    this.#descriptor = openSync(path, 'r');
    this.#offset = offset;
  }

  /** Everything before it was read. */
  get offset(): number {
    return this.#offset;
  }

  /** Goes back after a chunk that could not be used. */
  rewind(offset: number): void {
    this.#offset = offset;
  }

  /** Reads some lines, none beyond the limit; false when there is nothing more. A line without an end at the end of the file is damaged. */
  read(limit: number, reader: LineReader): boolean {
    const wanted = Math.min(this.#buffer.length, limit - this.#offset);
    if (wanted <= 0) return false;
    const length = readSync(this.#descriptor, this.#buffer, 0, wanted, this.#offset);
    if (length === 0) return false;
    const used = readLines(this.#buffer, length, reader);
    this.#offset += used;
    if (used > 0) return true;
    if (length === this.#buffer.length) {
      this.#buffer = Buffer.allocUnsafe(this.#buffer.length * 2);
      return true;
    }
    reader.damaged();
    this.#offset += length;
    return true;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
