import { isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import type { HttpClient, HttpExchange, HttpHandler, HttpRequest } from '../ports/http-client.ts';
import { addressPolicy, EgressDenied } from './address-policy.ts';
import { Connections } from './connections.ts';
import type { ProxySettings } from './proxy-rules.ts';

export interface EgressSettings {
  /** Time to open a connection, TLS included. */
  readonly connectTimeoutMs: number;
  /** Addresses that requests to untrusted URLs may reach besides public ones, as CIDR blocks. */
  readonly allow: readonly string[];
  /** Absent: no proxy but those of providers. */
  readonly proxy?: ProxySettings;
}

/** The one HTTP client: undici pools, no redirects, no retries of its own, no decompression. */
export function createHttpClient(settings: EgressSettings): HttpClient {
  const connections = new Connections(settings);
  const permits = addressPolicy(settings.allow);
  const origins = new Map<string, URL>();

  function urlOf(text: string): URL | undefined {
    let url = origins.get(text);
    if (url === undefined) {
      url = URL.parse(text) ?? undefined;
      if (url === undefined) return undefined;
      if (origins.size > 1000) origins.clear();
      origins.set(text, url);
    }
    return url;
  }

  return {
    send(request: HttpRequest, handler: HttpHandler): HttpExchange {
      const url = urlOf(request.url);
      const adapter = new Adapter(handler);
      if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
        const what = url?.protocol ?? 'what is no address';
        queueMicrotask(() => handler.onError(new Error(`Only http and https addresses are called, not ${what}`)));
        return adapter;
      }
      // An address needs no lookup, so the socket's check would never run.
      const literal = url.hostname.replace(/^\[|\]$/g, '');
      if (!request.trusted && isIP(literal) !== 0 && !permits(literal)) {
        queueMicrotask(() => handler.onError(new EgressDenied(url.hostname)));
        return adapter;
      }
      const dispatcher = connections.for({ url, trusted: request.trusted, network: request.network });
      dispatcher.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method as Dispatcher.HttpMethod,
          headers: request.headers,
          body: request.body ?? null,
        },
        adapter,
      );
      return adapter;
    },
    close: () => connections.close(),
  };
}

const GONE: HttpHandler = { onSent() {}, onHeaders() {}, onData() {}, onEnd() {}, onError() {} };

/** undici's callbacks as ours. */
class Adapter implements Dispatcher.DispatchHandler, HttpExchange {
  /** Let go at the end: undici's objects live on for a while, and what they hold must not be the whole call. */
  #handler: HttpHandler;
  #controller: Dispatcher.DispatchController | undefined;
  #aborted = false;

  constructor(handler: HttpHandler) {
    this.#handler = handler;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) return controller.abort(new Error('aborted'));
    this.#handler.onSent();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (!this.#aborted && status >= 200) this.#handler.onHeaders(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#aborted) this.#handler.onData(chunk);
  }

  onResponseEnd(): void {
    if (this.#aborted) return;
    const handler = this.#handler;
    this.#handler = GONE;
    handler.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#aborted) return;
    this.#aborted = true;
    const handler = this.#handler;
    this.#handler = GONE;
    handler.onError(error);
  }

  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#handler = GONE;
    this.#controller?.abort(new Error('aborted'));
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }
}
