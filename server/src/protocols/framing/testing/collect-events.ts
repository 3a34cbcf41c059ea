import type { EventSplitter, WireEvent } from '../../../ports/framing.ts';

/** Every event of a stream that arrives in these chunks. */
export function collectEvents(splitter: EventSplitter, chunks: readonly Buffer[]): WireEvent[] {
  const events: WireEvent[] = [];
  for (const chunk of chunks) splitter.push(chunk, (event) => events.push(event));
  splitter.end((event) => events.push(event));
  return events;
}

/** The bytes cut at these positions; positions may repeat and come in any order. */
export function cutAt(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const sorted = [0, ...positions.map((position) => position % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => Buffer.from(bytes.subarray(sorted[index], end)));
}
