/** One event of an upstream stream, together with the bytes it came in. */
export interface WireEvent {
  /** SSE `event:` field, AWS `:event-type` or `:exception-type`; undefined when the wire gave none. */
  readonly name: string | undefined;
  /** Payload as text: SSE data lines joined by \n, one JSON line, or an AWS payload. '' for comments and blank lines. */
  readonly data: string;
  /**
   * The event's exact bytes, terminator included: the raws of a stream, concatenated, are the stream. May be a view of the
   * pushed chunk; nobody writes to it.
   */
  readonly raw: Buffer;
}

/**
 * Cuts the bytes of one stream into events, wherever the network cut them. One per stream, strictly in order; after a
 * throw (`upstream.bad_reply`) the splitter is spent.
 */
export interface EventSplitter {
  /** No part of an event is held: the next byte begins one. */
  readonly isBetweenEvents: boolean;
  /** Calls `onEvent` for every event these bytes complete, before it returns. Keeps the rest; the chunk must not be reused. */
  push(chunk: Buffer, onEvent: (event: WireEvent) => void): void;
  /** The stream is over: what is left is given as a last event. Whether the stream was whole is for the protocol to say. */
  end(onEvent: (event: WireEvent) => void): void;
}
