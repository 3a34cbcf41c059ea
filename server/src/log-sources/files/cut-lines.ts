const NEWLINE = 0x0a;
/** Bytes of a line that are read; the rest of a longer one is counted and left out. */
const MOST_LINE_BYTES = 65_536;

/** Cuts the bytes of one file into lines; what stands after the last \n waits for its end. */
export class LineCutter {
  readonly #each: (line: string, bytes: number) => void;
  #rest: Buffer = Buffer.alloc(0);
  #restBytes = 0;
  #isSkipping: boolean;

  /** `startsInside`: the first bytes are the end of a line that nobody saw begin, and are left out. */
  constructor(each: (line: string, bytes: number) => void, startsInside: boolean) {
    this.#each = each;
    this.#isSkipping = startsInside;
  }

  take(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, end));
      this.flush();
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** The line is over, whatever comes. */
  flush(): void {
    if (this.#restBytes > 0 && !this.#isSkipping) this.#each(this.#rest.toString('utf8'), this.#restBytes);
    this.#isSkipping = false;
    this.#rest = Buffer.alloc(0);
    this.#restBytes = 0;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#restBytes += bytes.length;
    const room = MOST_LINE_BYTES - this.#rest.length;
    if (room > 0)
      this.#rest =
        this.#rest.length === 0 ? bytes.subarray(0, room) : Buffer.concat([this.#rest, bytes.subarray(0, room)]);
  }
}
