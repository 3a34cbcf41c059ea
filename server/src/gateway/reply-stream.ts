import type { Part } from '../kernel/chat.ts';
import { WeirError } from '../kernel/errors.ts';
import type { Call, HeldStream } from '../ports/call.ts';
import type { WireEvent } from '../ports/framing.ts';
import type { StreamReader } from './exchange/exchange.ts';
import type { PartChain, StageRunner } from './run-stages.ts';
import type { Emit } from './stage.ts';

/** Start events wait for the first content so that a fallback stays possible; not longer than this. */
const HOLD = { events: 64, bytes: 256 * 1024, ms: 500 };

/**
 * One running stream: events in, stages, bytes out. Holds start events until the first content, tool or error event, and
 * the terminator until the ledger has the record.
 */
export class ReplyStream implements HeldStream {
  readonly #call: Call;
  readonly #reader: StreamReader;
  readonly #emit: Emit;
  readonly #flush: () => void;
  /** Absent: every event must be decoded. */
  readonly #skimmed: PartChain['skimmed'];
  readonly #skimmedText = { end: 0, textStart: 0, textEnd: 0, characters: 0 };
  readonly #now: () => number;
  readonly #maxHeldBytes: number;
  #emitted: Part[] = [];
  #held: Buffer[] = [];
  #heldEvents = 0;
  #heldBytes = 0;
  #heldSince: number | undefined;
  readonly #pending: (Buffer | string)[] = [];
  #ended = false;
  /** What `commit` said in the middle of a chunk, for the `push` that ends it. */
  #hasRoom = true;
  #tail: (Buffer | string)[] = [];

  constructor(
    call: Call,
    options: { reader: StreamReader; runner: StageRunner; now: () => number; maxHeldBytes: number },
  ) {
    this.#call = call;
    this.#reader = options.reader;
    this.#now = options.now;
    this.#maxHeldBytes = options.maxHeldBytes;
    call.outputGuard?.begin();
    call.replyWatch?.begin();
    const chain = options.runner.partChain(call, (part) => {
      this.#emitted.push(part);
    });
    this.#emit = chain.emit;
    this.#flush = chain.flush;
    this.#skimmed = chain.skimmed;
    call.failStream = (error) => options.reader.fail?.(error, call.id);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /**
   * How much of a chunk are whole events of text that nobody needs decoded: their bytes leave as they came. Only between events,
   * and once the reply belongs to the client.
   */
  skim(chunk: Buffer): number {
    if (this.#skimmed === undefined || this.#reader.skim === undefined) return 0;
    if (this.#ended || !this.#call.committed) return 0;
    const text = this.#skimmedText;
    text.end = 0;
    while (text.end < chunk.length && this.#reader.skim(chunk, text.end, text)) this.#skimmed(chunk, text);
    if (text.end === 0) return 0;
    this.#pending.push(text.end === chunk.length ? chunk : chunk.subarray(0, text.end));
    return text.end;
  }

  /** One upstream event. Bytes leave in `push`, so that a chunk with many events is one write. */
  event(event: WireEvent): void {
    const parts = this.#reader.read(event);
    this.#through(event, parts);
  }

  /** After the events of one upstream chunk: false when the client wants us to wait. */
  push(): boolean {
    const hasRoom = this.#hasRoom;
    this.#hasRoom = true;
    if (this.#pending.length === 0) return hasRoom;
    const bytes = join(this.#pending);
    this.#pending.length = 0;
    if (this.#call.committed) return this.#call.output.write(bytes);
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#waits) return this.#hold();
    this.#heldSince ??= this.#now();
    if (this.#heldEvents > HOLD.events || this.#heldBytes > HOLD.bytes) return this.commit();
    return true;
  }

  /** Held too long: what is there leaves, and with it the chance of another target. */
  tick(nowMono: number): void {
    if (this.#heldSince !== undefined && !this.#waits && !this.#call.committed && nowMono - this.#heldSince > HOLD.ms)
      this.commit();
  }

  /** Upstream closed the stream cleanly: whole or an error. */
  end(): void {
    if (!this.#ended) this.#through(undefined, this.#reader.end());
    this.push();
    if (this.#waits) this.#call.heldStream = this;
    else if (!this.#call.committed) this.commit();
    this.#call.tail = this.#tail.length === 0 ? undefined : join(this.#tail);
  }

  /** The reply belongs to the client from here on. */
  commit(): boolean {
    this.#call.committed = true;
    this.#call.firstPartMono ??= this.#now();
    this.#call.output.startStream(this.#call, this.#reader);
    if (this.#held.length === 0) return true;
    const bytes = join(this.#held);
    this.#held = [];
    return this.#call.output.write(bytes);
  }

  /** The whole stream leaves as it came. */
  release(): void {
    this.commit();
  }

  replace(parts: readonly Part[]): void {
    const encode = this.#reader.rewrite?.();
    if (encode === undefined) throw new WeirError('bug', { message: 'This stream cannot be written anew.' });
    this.#held = [Buffer.from(parts.slice(0, -1).map(encode).join(''))];
    this.#call.tail = Buffer.from(parts.slice(-1).map(encode).join(''));
    this.commit();
  }

  /** Somebody decides later whether this stream may leave. */
  get #waits(): boolean {
    return !this.#call.committed && this.#call.replyWatch?.holds === true;
  }

  #hold(): boolean {
    if (this.#heldBytes <= this.#maxHeldBytes) return true;
    throw new WeirError('upstream.bad_reply', {
      message: `The provider's reply is larger than server.max_reply_bytes (${this.#maxHeldBytes}).`,
    });
  }

  #through(event: WireEvent | undefined, parts: readonly Part[]): void {
    const last = parts.length - 1;
    const ending = last >= 0 && parts[last]?.type === 'end';
    for (let at = 0; at <= last; at++) {
      const part = parts[at] as Part;
      if (part.type === 'end') this.#flush();
      this.#emit(part);
    }
    const emitted = this.#emitted;
    const untouched = sameParts(parts, emitted);
    const bytes = this.#reader.write(event, emitted, untouched);
    if (emitted.length > 0) this.#emitted = [];
    if (this.#ended || ending) {
      this.#ended = true;
      if (bytes !== undefined) this.#tail.push(bytes);
      return;
    }
    if (bytes !== undefined) this.#pending.push(bytes);
    if (this.#call.committed) return;
    this.#heldEvents++;
    if (emitted.some(isContent)) {
      if (this.#waits) return;
      this.#flushPendingHeld();
      this.#hasRoom = this.commit();
    }
  }

  #flushPendingHeld(): void {
    if (this.#pending.length === 0) return;
    this.#held.push(join(this.#pending));
    this.#pending.length = 0;
  }
}

function isContent(part: Part): boolean {
  return part.type !== 'start' && part.type !== 'usage' && part.type !== 'end';
}

function sameParts(read: readonly Part[], emitted: readonly Part[]): boolean {
  if (read.length !== emitted.length) return false;
  for (let at = 0; at < read.length; at++) if (read[at] !== emitted[at]) return false;
  return true;
}

/** One buffer of many pieces; neighbours in the same upstream chunk are not copied. */
function join(pieces: readonly (Buffer | string)[]): Buffer {
  const first = pieces[0];
  if (first === undefined) return Buffer.alloc(0);
  if (pieces.length === 1) return typeof first === 'string' ? Buffer.from(first) : first;
  if (pieces.every((piece) => typeof piece === 'string')) return Buffer.from(pieces.join(''));
  const buffers = pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
  const start = buffers[0] as Buffer;
  let end = start.byteOffset;
  for (const buffer of buffers) {
    if (buffer.buffer !== start.buffer || buffer.byteOffset !== end) return Buffer.concat(buffers);
    end += buffer.length;
  }
  return Buffer.from(start.buffer, start.byteOffset, end - start.byteOffset);
}

/** The stream ended before its terminator. */
export function truncated(message: string): WeirError {
  return new WeirError('upstream.bad_reply', { message, details: { type: 'upstream_truncated' } });
}
