import type { HttpClient } from '../../ports/http-client.ts';

/** What the protocol library asks of `fetch`. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * `fetch` over Weir's own HTTP client, so that the egress policy, proxies and pools hold for tool servers too. Redirects are
 * not followed. A reply, or one event of a stream, that passes `maxBytes` ends it.
 */
export function fetchOver(http: HttpClient, maxBytes: number): Fetch {
  return (url, init = {}) =>
    new Promise((resolve, reject) => {
      const { signal } = init;
      let body: ReadableStreamDefaultController<Uint8Array> | undefined;
      let unread = 0;
      let isStream = false;
      let isPaused = false;
      const end = () => signal?.removeEventListener('abort', giveUp);
      const fail = (error: unknown) => {
        end();
        if (body === undefined) reject(error);
        else body.error(error);
      };
      const giveUp = () => {
        exchange.abort();
        fail(signal?.reason ?? new DOMException('aborted', 'AbortError'));
      };
      // Not from within its own callbacks: a parser that is told to go on while it works would begin anew.
      const goOn = () => {
        if (isPaused) setImmediate(() => exchange.resume());
        isPaused = false;
      };
      const exchange = http.send(
        {
          method: init.method ?? 'GET',
          url: String(url),
          headers: Object.fromEntries(new Headers(init.headers)),
          body: typeof init.body === 'string' ? Buffer.from(init.body) : undefined,
          trusted: false,
        },
        {
          onSent() {},
          onHeaders(status, sent) {
            const headers = headersOf(sent);
            isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
            const stream = new ReadableStream<Uint8Array>({
              start: (controller) => {
                body = controller;
              },
              pull: goOn,
              cancel: () => {
                end();
                exchange.abort();
              },
            });
            const isEmpty = status === 204 || status === 205 || status === 304;
            resolve(new Response(isEmpty ? null : stream, { status, headers }));
          },
          onData(chunk) {
            const lastEvent = isStream ? chunk.lastIndexOf('\n\n') : -1;
            unread = lastEvent === -1 ? unread + chunk.length : chunk.length - lastEvent;
            if (unread > maxBytes) {
              exchange.abort();
              return fail(new Error('The reply of the server is too large.'));
            }
            body?.enqueue(chunk);
            if (isPaused || (body?.desiredSize ?? 1) > 0) return;
            isPaused = true;
            exchange.pause();
          },
          onEnd() {
            end();
            body?.close();
          },
          onError: fail,
        },
      );
      if (signal?.aborted === true) giveUp();
      else signal?.addEventListener('abort', giveUp, { once: true });
    });
}

function headersOf(sent: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(sent)) {
    for (const item of [value ?? []].flat()) headers.append(name, item);
  }
  return headers;
}
