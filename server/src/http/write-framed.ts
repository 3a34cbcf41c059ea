import type { ServerResponse } from 'node:http';

/** Larger pieces are not copied: Node writes their frame around them. */
export const MAX_FRAMED_BYTES = 2048;

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const LINE_END_BYTES = 2;

/**
 * Writes one piece of a chunked reply as one buffer, frame included. Node writes four pieces per chunk, and gathers them
 * for the kernel: for the small events of a stream that costs more than everything else. Before the end and for trailers
 * the response knows as ever that it is chunked.
 */
export function writeFramed(response: ServerResponse, bytes: Buffer): boolean {
  if (bytes.length === 0) return response.write(bytes);
  response.chunkedEncoding = false;
  try {
    return response.write(frame(bytes));
  } finally {
    response.chunkedEncoding = true;
  }
}

function frame(bytes: Buffer): Buffer {
  const size = bytes.length.toString(16);
  const framed = Buffer.allocUnsafe(size.length + bytes.length + 2 * LINE_END_BYTES);
  framed.write(size, 0, 'latin1');
  lineEnd(framed, size.length);
  bytes.copy(framed, size.length + LINE_END_BYTES);
  lineEnd(framed, framed.length - LINE_END_BYTES);
  return framed;
}

function lineEnd(framed: Buffer, at: number): void {
  framed[at] = CARRIAGE_RETURN;
  framed[at + 1] = LINE_FEED;
}
