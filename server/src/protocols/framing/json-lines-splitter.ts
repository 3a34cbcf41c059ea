import type { EventSplitter, WireEvent } from '../../ports/framing.ts';
import { HeldBytes } from './held-bytes.ts';
import { MAX_EVENT_BYTES } from './max-event-bytes.ts';

const LINE_FEED = 0x0a;

/** application/x-ndjson: one JSON text per line; a blank line is an event with data ''. */
export class JsonLinesSplitter implements EventSplitter {
  readonly #held: HeldBytes;

  constructor(maxEventBytes: number = MAX_EVENT_BYTES) {
    this.#held = new HeldBytes(maxEventBytes);
  }

  get isBetweenEvents(): boolean {
    return this.#held.length === 0;
  }

  push(chunk: Buffer, onEvent: (event: WireEvent) => void): void {
    let start = 0;
    while (start < chunk.length) {
      const lineFeed = chunk.indexOf(LINE_FEED, start);
      const end = lineFeed === -1 ? chunk.length : lineFeed + 1;
      this.#held.append(chunk.subarray(start, end));
      if (lineFeed !== -1) onEvent(eventOf(this.#held.take()));
      start = end;
    }
  }

  end(onEvent: (event: WireEvent) => void): void {
    if (this.#held.length > 0) onEvent(eventOf(this.#held.take()));
  }
}

function eventOf(raw: Buffer): WireEvent {
  return { name: undefined, data: raw.toString('utf8').trim(), raw };
}
