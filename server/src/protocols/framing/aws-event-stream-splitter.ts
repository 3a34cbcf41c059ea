import type { EventSplitter, WireEvent } from '../../ports/framing.ts';
import { EventTooLargeError } from './event-too-large-error.ts';
import { HeldBytes } from './held-bytes.ts';
import { MAX_EVENT_BYTES } from './max-event-bytes.ts';
import { awsFrameLength, PRELUDE_BYTES, parseAwsFrame } from './parse-aws-frame.ts';

/**
 * application/vnd.amazon.eventstream: length-prefixed binary frames with two checksums. Payloads are given as they are;
 * the `{"bytes": base64}` of `chunk` events is the protocol's to open. A frame cut off by the end has data ''.
 */
export class AwsEventStreamSplitter implements EventSplitter {
  readonly #maxEventBytes: number;
  readonly #held: HeldBytes;
  /** Length of the frame being read; undefined until its prelude is here. */
  #frameBytes: number | undefined;

  constructor(maxEventBytes: number = MAX_EVENT_BYTES) {
    this.#maxEventBytes = maxEventBytes;
    this.#held = new HeldBytes(maxEventBytes);
  }

  get isBetweenEvents(): boolean {
    return this.#held.length === 0;
  }

  push(chunk: Buffer, onEvent: (event: WireEvent) => void): void {
    let start = 0;
    while (start < chunk.length) {
      const missing = (this.#frameBytes ?? PRELUDE_BYTES) - this.#held.length;
      const piece = chunk.subarray(start, start + missing);
      this.#held.append(piece);
      start += piece.length;
      if (piece.length === missing) this.#complete(onEvent);
    }
  }

  end(onEvent: (event: WireEvent) => void): void {
    if (this.#held.length > 0) onEvent({ name: undefined, data: '', raw: this.#held.take() });
  }

  /** Either the prelude or the whole frame has just become complete. */
  #complete(onEvent: (event: WireEvent) => void): void {
    if (this.#frameBytes === undefined) {
      this.#frameBytes = awsFrameLength(this.#held.peek());
      if (this.#frameBytes > this.#maxEventBytes) throw new EventTooLargeError(this.#maxEventBytes);
      return;
    }
    this.#frameBytes = undefined;
    onEvent(parseAwsFrame(this.#held.take()));
  }
}
