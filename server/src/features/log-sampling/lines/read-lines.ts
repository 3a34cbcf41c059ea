/** Bytes of a line that are read; what a longer line has more is counted and left out. */
const MAX_LINE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Called for each line, without its \n; `bytes` are those of the file, without the \n too. */
type EachLine = (line: string, bytes: number) => void;

/**
 * Cuts bytes into lines of UTF-8. A line ends at \n only, empty lines count, and what stands after the last \n is a line unless it
 * is empty. Memory is bounded whatever the length of lines.
 */
export async function readLines(chunks: AsyncIterable<Uint8Array>, each: EachLine): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let restBytes = 0;
  const finish = (tail: Buffer) => {
    const kept = rest.length < MAX_LINE_BYTES ? Buffer.concat([rest, tail]).subarray(0, MAX_LINE_BYTES) : rest;
    each(kept.toString('utf8'), restBytes + tail.length);
    rest = Buffer.alloc(0);
    restBytes = 0;
  };
  for await (const bytes of chunks) {
    let chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (restBytes > 0) {
      const end = chunk.indexOf(NEWLINE);
      if (end >= 0) {
        finish(chunk.subarray(0, end));
        chunk = chunk.subarray(end + 1);
      }
    }
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= 0) eachLineOf(chunk.subarray(0, last), each);
    const open = chunk.subarray(last + 1);
    if (open.length === 0) continue;
    if (rest.length < MAX_LINE_BYTES) rest = Buffer.concat([rest, open.subarray(0, MAX_LINE_BYTES - rest.length)]);
    restBytes += open.length;
  }
  if (restBytes > 0) finish(Buffer.alloc(0));
}

function eachLineOf(bytes: Buffer, each: EachLine): void {
  const text = bytes.toString('utf8');
  const isAscii = text.length === bytes.length;
  let from = 0;
  for (;;) {
    const end = text.indexOf('\n', from);
    const line = end < 0 ? text.slice(from) : text.slice(from, end);
    each(
      line.length > MAX_LINE_BYTES ? line.slice(0, MAX_LINE_BYTES) : line,
      isAscii ? line.length : Buffer.byteLength(line),
    );
    if (end < 0) return;
    from = end + 1;
  }
}
