/** redacted: without personal data and secrets · full: as it went through. */
export type CaptureMode = 'redacted' | 'full';

/** One side of a call. */
export interface CapturedText {
  /** The body; for streams the events as they left. Cut when `isCut`. */
  readonly text: string;
  readonly isCut: boolean;
  /** The text is a stream of events, not one JSON value. */
  readonly isStream: boolean;
}

/** What was said in one call. */
export interface CapturedContent {
  readonly requestId: string;
  readonly projectId: string;
  /** End-user label, for erasing per user; undefined when the call had none. */
  readonly userId: string | undefined;
  readonly mode: CaptureMode;
  readonly request: CapturedText;
  /** Undefined: nothing came back. */
  readonly reply: CapturedText | undefined;
}

/** Keeps what was said, where a project asked for that. */
export interface ContentSink {
  /** Undefined: nothing of such a call is kept. */
  mode(call: { readonly wire: string; readonly caller: { readonly projectId: string } }): CaptureMode | undefined;
  /** Most that is kept of each side, in bytes. */
  maxBytes(): number;
  /** Must not throw and nobody waits for it. */
  keep(content: CapturedContent): void;
}
