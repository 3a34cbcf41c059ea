import type { EventSplitter, WireEvent } from '../../ports/framing.ts';
import { HeldBytes } from './held-bytes.ts';
import { MAX_EVENT_BYTES } from './max-event-bytes.ts';
import { parseSseEvent } from './parse-sse-event.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NOT_YET = -1;

/**
 * text/event-stream: lines end with LF, CR or CRLF, an event with a blank line. A blank line on its own is an event with
 * data ''. After a CR that closes an event at the very end of a chunk the event waits for the next byte, because a LF
 * there still belongs to it: so the same bytes give the same events however they are cut.
 */
export class SseSplitter implements EventSplitter {
  readonly #maxEventBytes: number;
  readonly #held: HeldBytes;
  #isFirst = true;
  /** The line being read has no bytes yet, so a line end here is a blank line. */
  #lineIsEmpty = true;
  /** What the CR at the end of the previous chunk ended, until the next byte shows whether a LF follows. */
  #returnEnded: 'nothing' | 'line' | 'event' = 'nothing';
  /** Next CR and LF of the chunk being pushed, as far as looked for; Infinity when it has no more. */
  #nextReturn = NOT_YET;
  #nextLineFeed = NOT_YET;

  constructor(maxEventBytes: number = MAX_EVENT_BYTES) {
    this.#maxEventBytes = maxEventBytes;
    this.#held = new HeldBytes(maxEventBytes);
  }

  get isBetweenEvents(): boolean {
    return this.#held.length === 0;
  }

  push(chunk: Buffer, onEvent: (event: WireEvent) => void): void {
    let start = 0;
    this.#nextReturn = NOT_YET;
    this.#nextLineFeed = NOT_YET;
    while (start < chunk.length) {
      const end = this.#findEventEnd(chunk, start);
      if (end === NOT_YET) {
        this.#held.append(chunk.subarray(start));
        return;
      }
      this.#give(chunk.subarray(start, end), onEvent);
      start = end;
    }
  }

  end(onEvent: (event: WireEvent) => void): void {
    if (this.#held.length > 0) this.#give(this.#held.take(), onEvent);
  }

  #give(bytes: Buffer, onEvent: (event: WireEvent) => void): void {
    const isWhole = this.#held.length === 0 && bytes.length <= this.#maxEventBytes;
    if (!isWhole) this.#held.append(bytes);
    const event = parseSseEvent(isWhole ? bytes : this.#held.take(), this.#isFirst);
    this.#isFirst = false;
    this.#lineIsEmpty = true;
    this.#returnEnded = 'nothing';
    onEvent(event);
  }

  /** Where the event that goes on at `start` ends (may be `start` itself), or NOT_YET. */
  #findEventEnd(chunk: Buffer, start: number): number {
    let lineStart = start;
    if (this.#returnEnded !== 'nothing') {
      if (chunk[start] === LINE_FEED) lineStart += 1;
      if (this.#returnEnded === 'event') return lineStart;
      this.#returnEnded = 'nothing';
    }
    while (lineStart < chunk.length) {
      const lineEnd = this.#findLineEnd(chunk, lineStart);
      if (lineEnd === Infinity) {
        this.#lineIsEmpty = false;
        return NOT_YET;
      }
      const isBlank = this.#lineIsEmpty && lineEnd === lineStart;
      this.#lineIsEmpty = true;
      if (chunk[lineEnd] === CARRIAGE_RETURN && lineEnd === chunk.length - 1) {
        this.#returnEnded = isBlank ? 'event' : 'line';
        return NOT_YET;
      }
      lineStart = chunk[lineEnd] === CARRIAGE_RETURN && chunk[lineEnd + 1] === LINE_FEED ? lineEnd + 2 : lineEnd + 1;
      if (isBlank) return lineStart;
    }
    return NOT_YET;
  }

  /** The next LF or CR. Both searches are remembered, so a chunk is scanned once for each however they alternate. */
  #findLineEnd(chunk: Buffer, from: number): number {
    if (chunk[from] === LINE_FEED || chunk[from] === CARRIAGE_RETURN) return from;
    if (this.#nextReturn < from) this.#nextReturn = positionOf(chunk, CARRIAGE_RETURN, from);
    if (this.#nextLineFeed < from) this.#nextLineFeed = positionOf(chunk, LINE_FEED, from);
    return Math.min(this.#nextReturn, this.#nextLineFeed);
  }
}

function positionOf(bytes: Buffer, byte: number, from: number): number {
  const position = bytes.indexOf(byte, from);
  return position === -1 ? Infinity : position;
}
