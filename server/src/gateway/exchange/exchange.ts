import type { Part } from '../../kernel/chat.ts';
import type { WeirError } from '../../kernel/errors.ts';
import type { Usage } from '../../kernel/usage.ts';
import type { ReadChatReply, WholeReply } from '../../ports/call.ts';
import type { WireEvent } from '../../ports/framing.ts';
import type { EncodedRequest, SkimmedText, UpstreamErrorBody } from '../../ports/protocol.ts';

/** One attempt's pairing of the client's wire with the provider's: what goes out and how what comes back is read. */
export interface Exchange {
  /** The provider's wire. */
  readonly wire: string;
  /** True when the client speaks it too: upstream bodies and errors may pass as they are. */
  readonly sameWire: boolean;
  readonly method: string;
  /** Pass-through operations keep the client's path; others ask the provider. */
  readonly path: string | undefined;
  readonly contentType: string | undefined;
  readonly encoded: EncodedRequest;
  /** Reads a whole 2xx body. Throws `upstream.bad_reply`. */
  whole(reply: UpstreamReply): ReadReply;
  /** How a 2xx reply of that type is read when it is not kept whole; absent means events, when the client asked for a stream. */
  streams?(contentType: string): StreamedAs | undefined;
  /** Starts reading a stream; absent when the operation has none. */
  stream?(head: { readonly as: StreamedAs; readonly reply: Omit<UpstreamReply, 'body'> }): StreamReader;
  readError(json: unknown): UpstreamErrorBody;
}

/** events: cut where the wire cuts them · bytes: as they come, unread. */
export type StreamedAs = 'events' | 'bytes';

export interface UpstreamReply {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface ReadReply {
  readonly reply: WholeReply;
  readonly usage: Usage | undefined;
  readonly outputCharacters: number;
  /** Of chat. */
  readonly chat?: ReadChatReply;
}

/** Reads upstream events into parts and turns what the stages emitted into the client's bytes. */
export interface StreamReader {
  /** Content type the client is told; undefined means text/event-stream. */
  readonly contentType: string | undefined;
  /** Upstream headers the client is shown; absent means none. */
  readonly headers?: Readonly<Record<string, string>>;
  read(event: WireEvent): readonly Part[];
  /** See StreamDecoder.skim; only where such an event reaches the client as it came. */
  skim?(bytes: Buffer, start: number, skimmed: SkimmedText): boolean;
  /** Upstream ended; see StreamDecoder.end. */
  end(): readonly Part[];
  /**
   * Bytes for the client after the stages saw the event's parts. `untouched` says that exactly the event's own parts came
   * out. Undefined shows nothing.
   */
  write(event: WireEvent | undefined, emitted: readonly Part[], untouched: boolean): Buffer | string | undefined;
  /** Begins the client's stream anew, with other parts than the upstream's; absent: the operation has no parts of its own. */
  rewrite?(): (part: Part) => string;
  /** The event that ends this very stream with an error; undefined leaves it to the client's wire in general. */
  fail?(error: WeirError, requestId: string): string | undefined;
}
