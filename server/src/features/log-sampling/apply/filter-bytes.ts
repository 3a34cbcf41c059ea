const NEWLINE = 0x0a;
/** Bytes of a line that decide; a longer one is passed on, or not, as it comes. */
const MOST_DECIDING = 64 * 1024;

export interface FilterCounts {
  lines: number;
  keptLines: number;
  bytes: number;
  keptBytes: number;
}

/**
 * Passes kept lines on, byte for byte. A line ends at \n only, empty lines count, and what stands after the last \n is
 * a line unless it is empty. Memory is bounded whatever the length of lines.
 */
export async function filterBytes(
  chunks: AsyncIterable<Uint8Array>,
  keeps: (text: string, bytes: number) => boolean,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<FilterCounts> {
  const counts: FilterCounts = { lines: 0, keptLines: 0, bytes: 0, keptBytes: 0 };
  /** The beginning of a line whose end has not come, as long as it is not decided. */
  let begun: Buffer = Buffer.alloc(0);
  /** What was decided of a line whose end has not come. */
  let decided: boolean | undefined;

  const decide = (line: Buffer): boolean => {
    const isKept = keeps(line.toString('utf8', 0, Math.min(line.length, MOST_DECIDING)), line.length);
    counts.lines++;
    if (isKept) counts.keptLines++;
    return isKept;
  };

  for await (const arrived of chunks) {
    const arrivedBuffer = Buffer.from(arrived.buffer, arrived.byteOffset, arrived.byteLength);
    counts.bytes += arrivedBuffer.length;
    const chunk = begun.length === 0 ? arrivedBuffer : Buffer.concat([begun, arrivedBuffer]);
    begun = Buffer.alloc(0);
    const kept = new KeptRanges(chunk);
    let from = 0;
    while (from < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, from);
      const isWhole = newline >= 0;
      if (!isWhole && decided === undefined && chunk.length - from < MOST_DECIDING) {
        begun = Buffer.from(chunk.subarray(from));
        break;
      }
      const to = isWhole ? newline + 1 : chunk.length;
      const isKept = decided ?? decide(chunk.subarray(from, isWhole ? newline : to));
      if (isKept) kept.add(from, to);
      decided = isWhole ? undefined : isKept;
      from = to;
    }
    counts.keptBytes += kept.bytes;
    for (const range of kept.ranges()) await write(range);
  }
  if (begun.length > 0 && decide(begun)) {
    counts.keptBytes += begun.length;
    await write(begun);
  }
  return counts;
}

/** Parts of a chunk; neighbours become one. */
class KeptRanges {
  readonly #chunk: Buffer;
  readonly #parts: Buffer[] = [];
  #from = 0;
  #to = 0;
  bytes = 0;

  constructor(chunk: Buffer) {
    this.#chunk = chunk;
  }

  add(from: number, to: number): void {
    this.bytes += to - from;
    if (from !== this.#to) {
      this.#close();
      this.#from = from;
    }
    this.#to = to;
  }

  /** One buffer, or none. */
  ranges(): Buffer[] {
    this.#close();
    if (this.#parts.length <= 1) return this.#parts;
    return [Buffer.concat(this.#parts)];
  }

  #close(): void {
    if (this.#to > this.#from) this.#parts.push(this.#chunk.subarray(this.#from, this.#to));
  }
}
