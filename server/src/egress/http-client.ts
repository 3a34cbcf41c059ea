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
  const places = new Map<string, Place>();

  /** Taken apart once: the getters of a URL put their texts together anew at each look. */
  function placeOf(text: string): Place | undefined {
    let place = places.get(text);
    if (place === undefined) {
      const url = URL.parse(text);
      if (url === null) return undefined;
      const host = url.hostname.replace(/^\[|\]$/g, '');
      place = { url, origin: url.origin, path: url.pathname + url.search, isLiteral: isIP(host) !== 0, host };
      if (places.size > 1000) places.clear();
      places.set(text, place);
    }
    return place;
  }

  return {
    send(request: HttpRequest, handler: HttpHandler): HttpExchange {
      const place = placeOf(request.url);
      const adapter = new Adapter(handler);
      if (place === undefined || (place.url.protocol !== 'http:' && place.url.protocol !== 'https:')) {
        const what = place?.url.protocol ?? 'what is no address';
        queueMicrotask(() => handler.onError(new Error(`Only http and https addresses are called, not ${what}`)));
        return adapter;
      }
      // An address needs no lookup, so the socket's check would never run.
      if (!request.trusted && place.isLiteral && !permits(place.host)) {
        queueMicrotask(() => handler.onError(new EgressDenied(place.url.hostname)));
        return adapter;
      }
      const dispatcher = connections.for({ url: place.url, trusted: request.trusted, network: request.network });
      dispatcher.dispatch(
        {
          origin: place.origin,
          path: place.path,
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

interface Place {
  readonly url: URL;
  readonly origin: string;
  readonly path: string;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly isLiteral: boolean;
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
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // A stream would keep them, and the buffer they came in, for as long as it runs.
    controller.rawHeaders = null;
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
