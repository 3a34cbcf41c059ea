/** One request to an address that a document or a user named. */
export interface WebRequest {
  readonly method: string;
  /** http or https. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: none. */
  readonly body?: string;
  /** Until the last byte of the reply, in milliseconds. */
  readonly timeoutMs: number;
  /** Closes the connection. */
  readonly signal: AbortSignal;
}

export interface WebReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * A whole reply under the egress policy, bounded in size; redirects are not followed. Rejects with `egress.denied`,
 * `upstream.timeout`, `upstream.unavailable` or `upstream.bad_reply` (too large).
 */
export type WebFetch = (request: WebRequest) => Promise<WebReply>;
