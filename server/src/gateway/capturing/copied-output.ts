import type { Call, CallOutput, StreamHead } from '../../ports/call.ts';

/** Copies what leaves of a stream, up to a number of bytes. */
export class CopiedOutput implements CallOutput {
  readonly #call: Call;
  readonly #output: CallOutput;
  readonly #maxBytes: number;
  readonly #pieces: Buffer[] = [];
  #length = 0;
  isCut = false;

  /** From here on the call writes through the copy; `stop` ends that. */
  constructor(call: Call, maxBytes: number) {
    this.#call = call;
    this.#output = call.output;
    this.#maxBytes = maxBytes;
    call.output = this;
  }

  startStream(call: Call, head: StreamHead): void {
    this.#output.startStream(call, head);
  }

  write(bytes: Buffer): boolean {
    this.add(bytes);
    return this.#output.write(bytes);
  }

  onDrain(resume: () => void): void {
    this.#output.onDrain(resume);
  }

  stop(): void {
    this.#call.output = this.#output;
  }

  add(bytes: Buffer): void {
    const room = this.#maxBytes - this.#length;
    if (bytes.length > room) this.isCut = true;
    if (room <= 0) return;
    // A copy: the bytes may be a view of a network buffer.
    const piece = Buffer.from(bytes.subarray(0, room));
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** Everything, with the bytes that leave last; undefined when some of it is missing. */
  whole(tail: Buffer | undefined): Buffer | undefined {
    if (tail !== undefined) this.add(tail);
    return this.isCut ? undefined : Buffer.concat(this.#pieces);
  }

  text(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }
}
