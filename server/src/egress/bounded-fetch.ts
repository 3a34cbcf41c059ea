import { WeirError } from '../kernel/errors.ts';
import type { HttpClient, Network } from '../ports/http-client.ts';
import { EGRESS_DENIED } from './address-policy.ts';

/** The largest reply and the longest wait for its end. */
export interface FetchBounds {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

export interface FetchRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** Closes the connection; the promise rejects with `upstream.timeout`. */
  readonly signal?: AbortSignal;
  /** False: the address meets the egress policy. Absent: the operator named it. */
  readonly trusted?: boolean;
}

export interface FetchReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const SMALL: FetchBounds = { maxBytes: 1024 * 1024, timeoutMs: 10_000 };

/** Requests beside calls (token exchanges, probes, log sources): a whole body, bounded in size and time. */
export function boundedFetch(
  http: HttpClient,
  network?: Network,
  bounds: FetchBounds = SMALL,
): (request: FetchRequest) => Promise<FetchReply> {
  return ({ method, url, headers, body, signal, trusted = true }) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      let status = 0;
      let replyHeaders: FetchReply['headers'] = {};
      const timer = setTimeout(() => fail(new WeirError('upstream.timeout')), bounds.timeoutMs);
      const giveUp = () => fail(new WeirError('upstream.timeout', { cause: signal?.reason }));
      const exchange = http.send(
        { method, url, headers, body: body === undefined ? undefined : Buffer.from(body), trusted, network },
        {
          onSent() {},
          onHeaders(code, sent) {
            status = code;
            replyHeaders = sent;
          },
          onData(chunk) {
            bytes += chunk.length;
            if (bytes > bounds.maxBytes) {
              fail(new WeirError('upstream.bad_reply', { message: 'The reply is too large.' }));
            } else chunks.push(chunk);
          },
          onEnd() {
            settle();
            resolve({ status, headers: replyHeaders, body: Buffer.concat(chunks).toString('utf8') });
          },
          onError: (cause) => fail(failure(cause)),
        },
      );
      if (signal?.aborted) giveUp();
      else signal?.addEventListener('abort', giveUp, { once: true });
      function settle(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
      }
      function fail(error: WeirError): void {
        settle();
        exchange.abort();
        reject(error);
      }
    });
}

function failure(cause: Error): WeirError {
  return (cause as { code?: unknown }).code === EGRESS_DENIED
    ? new WeirError('egress.denied', { message: cause.message })
    : new WeirError('upstream.unavailable', { cause });
}
