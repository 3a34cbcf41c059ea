import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isKept } from './idempotent-reply.ts';

/** Larger pieces are not copied: Node writes their frame around them. */
const MAX_FRAMED_BYTES = 2048;

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const LINE_END_BYTES = 2;

/**
 * The body of a reply that is sent piece by piece. What small pieces one turn of the event loop brings leaves at its end, in
 * one frame and one write, whatever their number: Node's response would make four pieces of each. The headers, which leave
 * with the first piece, large pieces, the end and trailers are the response's.
 */
export class StreamedBody {
  readonly #response: ServerResponse;
  /** Where frames go: known when the headers have left, and only of a reply that is sent in chunks. */
  #socket: Socket | undefined;
  readonly #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** False: the client reads more slowly than this is written; see `onDrain`. */
  write(bytes: Buffer): boolean {
    if (this.#response.destroyed || bytes.length === 0) return true;
    if (this.#socket === undefined || bytes.length > MAX_FRAMED_BYTES) return this.#writeThrough(bytes);
    if (this.#bytes === 0) process.nextTick(flush, this);
    else if (this.#bytes + bytes.length > MAX_FRAMED_BYTES) this.flush();
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    return !this.#socket.writableNeedDrain;
  }

  /** What was written leaves now: the response is about to end. */
  flush(): void {
    if (this.#bytes === 0) return;
    // A socket that ends will close the response soon, and then everybody knows.
    if (this.#socket?.writable) this.#socket.write(framed(this.#pieces, this.#bytes));
    this.#pieces.length = 0;
    this.#bytes = 0;
  }

  onDrain(resume: () => void): void {
    (this.#socket ?? this.#response).once('drain', resume);
  }

  #writeThrough(bytes: Buffer): boolean {
    this.flush();
    const hasRoom = this.#response.write(bytes);
    this.#socket ??= frameable(this.#response);
    return hasRoom;
  }
}

function flush(body: StreamedBody): void {
  body.flush();
}

/** A response has its socket as soon as those before it on the connection are over. */
function frameable(response: ServerResponse): Socket | undefined {
  const { socket } = response;
  return response.chunkedEncoding && !isKept(response) ? (socket ?? undefined) : undefined;
}

function framed(pieces: readonly Buffer[], bytes: number): Buffer {
  const size = bytes.toString(16);
  const frame = Buffer.allocUnsafe(size.length + bytes + 2 * LINE_END_BYTES);
  let at = lineEnd(frame, frame.write(size, 0, 'latin1'));
  for (const piece of pieces) at += piece.copy(frame, at);
  lineEnd(frame, at);
  return frame;
}

/** Gives the offset behind it. */
function lineEnd(frame: Buffer, at: number): number {
  frame[at] = CARRIAGE_RETURN;
  frame[at + 1] = LINE_FEED;
  return at + LINE_END_BYTES;
}
