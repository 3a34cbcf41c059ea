import { stat } from 'node:fs/promises';
import type { LogLine } from '../../ports/log-source.ts';
import type { ReadLine } from '../read-line.ts';
import { OpenFile } from './open-file.ts';

export interface FileTailOptions {
  readonly path: string;
  readonly readLine: ReadLine;
  /** How much of the end of a file that is there at the start is read. */
  readonly lastBytes: number;
  readonly onLines: (lines: readonly LogLine[]) => void;
}

const BATCH_LINES = 1000;
/** Looks without news after which a file that lost its name is let go; writers keep it open for a while. */
const QUIET_LOOKS = 30;

/**
 * Follows a log file over rotations: renamed (the old file is read on while its writer still has it), cut off and written anew
 * (copytruncate), or gone for a while.
 */
export class FileTail {
  readonly #options: FileTailOptions;
  #current: OpenFile | undefined;
  /** Files that had the name before. */
  readonly #earlier = new Map<OpenFile, { quiet: number }>();
  #lines: LogLine[] = [];
  #isFirst = true;

  constructor(options: FileTailOptions) {
    this.#options = options;
  }

  /** Reads what is new. Rejects when the file is there and cannot be read. Never twice at a time. */
  async look(): Promise<void> {
    const identity = await this.#identity();
    if (this.#current !== undefined && this.#current.identity !== identity) {
      this.#earlier.set(this.#current, { quiet: 0 });
      this.#current = undefined;
    }
    for (const [file, state] of this.#earlier) await this.#readEarlier(file, state);
    if (identity !== undefined) {
      this.#current ??= await this.#open();
      await this.#current.readOn();
    }
    this.#isFirst = false;
    this.#handOver();
  }

  async close(): Promise<void> {
    const files = [...this.#earlier.keys(), ...(this.#current === undefined ? [] : [this.#current])];
    this.#earlier.clear();
    this.#current = undefined;
    for (const file of files) await file.close();
    this.#handOver();
  }

  async #readEarlier(file: OpenFile, state: { quiet: number }): Promise<void> {
    state.quiet = (await file.readOn()) ? 0 : state.quiet + 1;
    if (state.quiet < QUIET_LOOKS) return;
    this.#earlier.delete(file);
    await file.close();
  }

  #open(): Promise<OpenFile> {
    const { path, readLine, lastBytes } = this.#options;
    return OpenFile.open(path, {
      lastBytes: this.#isFirst ? lastBytes : Number.POSITIVE_INFINITY,
      each: (text, bytes) => {
        this.#lines.push(readLine(text, bytes));
        if (this.#lines.length >= BATCH_LINES) this.#handOver();
      },
    });
  }

  #handOver(): void {
    if (this.#lines.length > 0) this.#options.onLines(this.#lines);
    this.#lines = [];
  }

  /** Undefined: there is no such file now. */
  async #identity(): Promise<string | undefined> {
    try {
      const { dev, ino } = await stat(this.#options.path);
      return `${dev}:${ino}`;
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}
