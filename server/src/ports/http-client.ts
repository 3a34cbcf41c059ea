/** The one way bytes leave Weir. Egress policy, pools, TLS and proxies live behind it; routes and providers never see them. */
export interface HttpClient {
  /**
   * Starts a request and pushes what comes back into the handler. Nothing is buffered, nothing is retried, no redirect is
   * followed. Exactly one of `onEnd` and `onError` is called, once, unless `abort` came first.
   */
  send(request: HttpRequest, handler: HttpHandler): HttpExchange;
  /** Ends idle connections; running exchanges finish first. */
  close(): Promise<void>;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** True when the operator named the address in configuration or environment; others meet the egress policy. */
  readonly trusted: boolean;
  /** How its connections are made; absent: as all others. */
  readonly network?: Network | undefined;
}

/** How the connections to one provider are made, where it differs from the server's own way. */
export interface Network {
  /** Not secret; different for every different setting. */
  readonly id: string;
  /** Address of its proxy; `none`: reached directly whatever the environment says; absent: as the environment says. */
  readonly proxy?: string;
  /** PEM texts: what to trust in the place of the public authorities, and who we are. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

export interface HttpHandler {
  /** The request is on a socket: from here on the upstream may have seen it. */
  onSent(): void;
  onHeaders(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

export interface HttpExchange {
  /** Closes the socket; no callback follows. */
  abort(): void;
  pause(): void;
  resume(): void;
}
