/** One event of an upstream stream, whatever the framing (SSE, JSON lines, AWS event stream). */
export interface WireEvent {
  /** The event's name (`event:` field, `:event-type` header); undefined when the framing has none. */
  readonly name: string | undefined;
  /** The event's data as text; '' for events that carry none (comments). */
  readonly data: string;
  /** The exact bytes of the event, terminator included: all of them joined are the upstream's bytes. */
  readonly raw: Buffer;
}

/** Cuts upstream bytes into events, whatever way the network cut them. One per stream. */
export interface EventSplitter {
  push(chunk: Buffer, onEvent: (event: WireEvent) => void): void;
  /** Upstream ended: gives a last event that had no terminator. */
  end(onEvent: (event: WireEvent) => void): void;
}
