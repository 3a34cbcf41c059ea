import { close, closeSync, fdatasync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Told when the bytes it waits for are on the device, or why they are not. */
export interface FlushWaiter {
  resolve(): void;
  reject(error: Error): void;
}

/** The segment being written. Flushes are asynchronous and grouped; the file closes after the last one. */
export class SegmentFile {
  readonly #descriptor: number;
  #size = 0;
  #broken = false;
  #flushing = false;
  #closed: (() => void) | undefined;
  #waiting: FlushWaiter[] = [];

  constructor(path: string) {
    this.#descriptor = openSync(path, 'wx', 0o600);
    syncDirectory(dirname(path));
  }

  get size(): number {
    return this.#size;
  }

  /** True after a failed write whose torn rest could not be cut off: nothing may be written behind it. */
  get broken(): boolean {
    return this.#broken;
  }

  /** All of it or nothing. */
  write(buffer: Buffer, length: number): void {
    let written = 0;
    try {
      while (written < length) {
        written += writeSync(this.#descriptor, buffer, written, length - written, this.#size + written);
      }
    } catch (error) {
      this.#cutTorn();
      throw error;
    }
    this.#size += length;
  }

  /** Flushes what is written now; calls made while a flush runs share the next one. */
  flush(waiter: FlushWaiter): void {
    this.#waiting.push(waiter);
    if (!this.#flushing) this.#run();
  }

  /** Calls back when the last flush is over and the file closed. */
  close(closed: () => void): void {
    this.#closed = closed;
    if (!this.#flushing) this.#closeNow(closed);
  }

  #run(): void {
    const group = this.#waiting;
    this.#waiting = [];
    this.#flushing = true;
    fdatasync(this.#descriptor, (error) => {
      this.#flushing = false;
      for (const waiter of group) {
        if (error) waiter.reject(error);
        else waiter.resolve();
      }
      if (this.#waiting.length > 0) this.#run();
      else if (this.#closed) this.#closeNow(this.#closed);
    });
  }

  #closeNow(closed: () => void): void {
    this.#flushing = true;
    close(this.#descriptor, closed);
  }

  #cutTorn(): void {
    try {
      ftruncateSync(this.#descriptor, this.#size);
    } catch {
      this.#broken = true;
    }
  }
}

/** A new file's name is on the device only when its folder is. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
