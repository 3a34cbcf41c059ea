import { type FileHandle, open } from 'node:fs/promises';
import { LineCutter } from './cut-lines.ts';

const CHUNK_BYTES = 64 * 1024;
const MARK_BYTES = 64;

/** A file that is read as it grows, even when its name goes to another file. */
export class OpenFile {
  readonly #handle: FileHandle;
  readonly #cutter: LineCutter;
  readonly identity: string;
  #position: number;
  #changedMs = 0;
  /** The bytes before the position: others there mean that the file was cut off and written anew. */
  #mark: Buffer = Buffer.alloc(0);

  private constructor(handle: FileHandle, of: { identity: string; position: number; cutter: LineCutter }) {
    this.#handle = handle;
    this.identity = of.identity;
    this.#position = of.position;
    this.#cutter = of.cutter;
  }

  /** `lastBytes`: only so much of the end is read of what is there already. */
  static async open(
    path: string,
    of: { lastBytes: number; each: (line: string, bytes: number) => void },
  ): Promise<OpenFile> {
    const handle = await open(path);
    const stat = await handle.stat();
    if (!stat.isFile()) {
      await handle.close();
      throw new Error(`${path} is not a file.`);
    }
    const { size, dev, ino } = stat;
    const position = Math.max(0, size - of.lastBytes);
    const cutter = new LineCutter(of.each, position > 0);
    return new OpenFile(handle, { identity: `${dev}:${ino}`, position, cutter });
  }

  /** Reads what came since the last time; tells whether there was something. */
  async readOn(): Promise<boolean> {
    const { size, mtimeMs } = await this.#handle.stat();
    if (mtimeMs === this.#changedMs && size === this.#position) return false;
    if (size < this.#position || !(await this.#hasMark())) this.#startAgain();
    this.#changedMs = mtimeMs;
    const before = this.#position;
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await this.#handle.read(chunk, 0, CHUNK_BYTES, this.#position);
      if (bytesRead === 0) break;
      const bytes = Buffer.from(chunk.subarray(0, bytesRead));
      this.#cutter.take(bytes);
      this.#position += bytesRead;
      this.#mark = Buffer.concat([this.#mark, bytes.subarray(-MARK_BYTES)]).subarray(-MARK_BYTES);
    }
    return this.#position > before;
  }

  async close(): Promise<void> {
    this.#cutter.flush();
    await this.#handle.close();
  }

  #startAgain(): void {
    this.#cutter.flush();
    this.#position = 0;
    this.#mark = Buffer.alloc(0);
  }

  async #hasMark(): Promise<boolean> {
    const { length } = this.#mark;
    if (length === 0) return true;
    const there = Buffer.alloc(length);
    await this.#handle.read(there, 0, length, this.#position - length);
    return there.equals(this.#mark);
  }
}
