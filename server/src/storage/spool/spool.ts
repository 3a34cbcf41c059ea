import { join } from 'node:path';
import { WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { maximumLineBytes, writeLine } from './line.ts';
import { isBefore, type SpoolPosition } from './position.ts';
import { SegmentFile } from './segment-file.ts';
import { segmentName } from './segment-name.ts';

/**
 * When an append is done. process: written, so it survives the death of the process (flushed to the device within
 * 20 ms) · fsync: flushed to the device · database: stored by the shipper.
 */
export type Durability = 'process' | 'fsync' | 'database';

export interface SpoolOptions {
  readonly directory: string;
  /** Random, lower-case letters and digits. */
  readonly epoch: string;
  /** Number of the first segment; higher than any that exists. */
  readonly firstSequence: number;
  readonly durability: Durability;
  readonly clock: Clock;
  /** A segment that has grown to this is closed. */
  readonly segmentBytes?: number;
  /** Appends are refused while more than this waits for the database. */
  readonly maximumBytes?: number;
  /** With durability `database`: longest wait for it; default 10 s. */
  readonly databaseWaitMs?: number;
  /** Called after every write. */
  readonly written: () => void;
}

const SEGMENT_BYTES = 16 * 1024 * 1024;
const MAXIMUM_BYTES = 1024 * 1024 * 1024;
const BUFFER_BYTES = 256 * 1024;
const FLUSH_WITHIN_MS = 20;
const DATABASE_WAIT_MS = 10_000;

/** The appends of one turn of the event loop share this: one promise, one write. */
interface Turn extends PromiseWithResolvers<void> {
  position: SpoolPosition;
  /** Of one that waits for the database. */
  cancelWait?: () => void;
}

/** The durable step of the ledger: an append-only file that needs no database to answer. */
export class Spool {
  readonly #options: SpoolOptions;
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  #bufferedLines = 0;
  #turn: Turn | undefined;
  #file: SegmentFile | undefined;
  #position: SpoolPosition;
  #lines = 0;
  #bytes = 0;
  #shippedBytes = 0;
  #cancelFlush: (() => void) | undefined;
  #awaitingDatabase: Turn[] = [];
  /** It has let somebody wait for too long: until it takes something again nobody waits. */
  #isDatabaseGone = false;
  #openFiles = 0;
  #stopped = false;
  #allClosed: (() => void) | undefined;
  #error: string | null = null;

  constructor(options: SpoolOptions) {
    this.#options = options;
    this.#position = { sequence: options.firstSequence, offset: 0 };
  }

  /** Everything written so far ends here. */
  get position(): SpoolPosition {
    return this.#position;
  }

  /** Lines written by this process. */
  get lines(): number {
    return this.#lines;
  }

  /** Bytes written by this process. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Why the last write failed; null when it did not. */
  get error(): string | null {
    return this.#error;
  }

  append(json: string): Promise<void> {
    if (this.#stopped) return Promise.reject(unwritable('the server is shutting down'));
    if (this.#bytes - this.#shippedBytes > (this.#options.maximumBytes ?? MAXIMUM_BYTES)) {
      return Promise.reject(unwritable('the database has not taken its records for too long'));
    }
    const needed = maximumLineBytes(json);
    if (this.#used + needed > this.#buffer.length) this.#makeRoom(needed);
    this.#turn ??= this.#beginTurn();
    this.#used = writeLine(this.#buffer, this.#used, json);
    this.#bufferedLines++;
    return this.#turn.promise;
  }

  /** Writes what this turn has appended so far, now. */
  write(): void {
    const turn = this.#turn;
    if (turn === undefined) return;
    this.#turn = undefined;
    try {
      this.#writeBuffer(turn);
      this.#error = null;
    } catch (error) {
      this.#error = describe(error);
      turn.reject(unwritable(this.#error, error));
    }
    this.#used = 0;
    this.#bufferedLines = 0;
  }

  /** The shipper has stored everything before the position. */
  shipped(position: SpoolPosition, bytes: number): void {
    this.#shippedBytes = bytes;
    this.#isDatabaseGone = false;
    const waiting = this.#awaitingDatabase;
    let done = 0;
    for (const turn of waiting) {
      if (isBefore(position, turn.position)) break;
      turn.cancelWait?.();
      turn.resolve();
      done++;
    }
    if (done > 0) this.#awaitingDatabase = waiting.slice(done);
  }

  /** Nobody will ship any more: who waits for the database learns that its record is only spooled. */
  giveUpDatabase(): void {
    this.#isDatabaseGone = true;
    for (const turn of this.#awaitingDatabase) {
      turn.cancelWait?.();
      turn.reject(unwritable(NOT_TAKEN));
    }
    this.#awaitingDatabase = [];
  }

  /** Writes and flushes everything, closes the files. */
  async close(): Promise<void> {
    this.write();
    this.#stopped = true;
    this.#cancelFlush?.();
    this.#endSegment();
    if (this.#openFiles === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#allClosed = resolve;
    await promise;
  }

  #beginTurn(): Turn {
    setImmediate(() => this.write());
    const turn: Turn = { ...Promise.withResolvers<void>(), position: this.#position };
    // Who appends without waiting reads of a failure in the health report; it must not end the process.
    turn.promise.catch(() => {});
    return turn;
  }

  #makeRoom(needed: number): void {
    this.write();
    if (needed > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(needed);
  }

  #writeBuffer(turn: Turn): void {
    const file = this.#openSegment();
    file.write(this.#buffer, this.#used);
    this.#position = { sequence: this.#position.sequence, offset: file.size };
    this.#lines += this.#bufferedLines;
    this.#bytes += this.#used;
    turn.position = this.#position;
    this.#promise(turn, file);
    if (file.size >= (this.#options.segmentBytes ?? SEGMENT_BYTES)) this.#endSegment();
    this.#options.written();
  }

  #promise(turn: Turn, file: SegmentFile): void {
    const { durability, clock } = this.#options;
    if (durability === 'fsync') {
      file.flush({
        resolve: () => turn.resolve(),
        reject: (error) => {
          this.#error = describe(error);
          turn.reject(unwritable(this.#error, error));
        },
      });
      return;
    }
    if (durability === 'database') this.#awaitDatabase(turn);
    else turn.resolve();
    this.#cancelFlush ??= clock.after(FLUSH_WITHIN_MS, () => this.#flush());
  }

  /** The record stays in the spool and is shipped later, whatever its caller is told. */
  #awaitDatabase(turn: Turn): void {
    if (this.#isDatabaseGone) {
      turn.reject(unwritable(NOT_TAKEN));
      return;
    }
    this.#awaitingDatabase.push(turn);
    const { clock, databaseWaitMs = DATABASE_WAIT_MS } = this.#options;
    turn.cancelWait = clock.after(databaseWaitMs, () => this.giveUpDatabase());
  }

  #flush(): void {
    this.#cancelFlush = undefined;
    this.#file?.flush({
      resolve: () => {},
      reject: (error) => {
        this.#error = describe(error);
      },
    });
  }

  #openSegment(): SegmentFile {
    if (this.#file?.broken) this.#endSegment();
    if (this.#file) return this.#file;
    this.#file = new SegmentFile(
      join(this.#options.directory, segmentName(this.#position.sequence, this.#options.epoch)),
    );
    this.#openFiles++;
    return this.#file;
  }

  #endSegment(): void {
    if (this.#file === undefined) return;
    this.#flush();
    this.#file.close(() => {
      this.#openFiles--;
      if (this.#openFiles === 0) this.#allClosed?.();
    });
    this.#file = undefined;
    this.#position = { sequence: this.#position.sequence + 1, offset: 0 };
  }
}

const NOT_TAKEN = 'the database did not take its records';

function unwritable(reason: string, cause?: unknown): WeirError {
  const message = `The usage spool cannot be written: ${reason}.`;
  return new WeirError('store.unavailable', { message, cause });
}

/** The system's name for the failure; its message would show the path. */
function describe(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (code === 'ENOSPC') return 'the disk is full';
  return typeof code === 'string' ? code : 'unknown failure';
}
