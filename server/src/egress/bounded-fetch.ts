import { WeirError } from '../kernel/errors.ts';
import type { HttpClient, Network } from '../ports/http-client.ts';
import type { Access } from '../ports/provider.ts';

const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 10_000;

/** Small requests beside calls (token exchanges, probes): a whole body, bounded in size and time. */
export function boundedFetch(http: HttpClient, network?: Network): Access['fetch'] {
  return (request) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      let status = 0;
      const timer = setTimeout(() => fail(new WeirError('upstream.timeout')), TIMEOUT_MS);
      const exchange = http.send(
        {
          method: request.method,
          url: request.url,
          headers: request.headers,
          body: request.body === undefined ? undefined : Buffer.from(request.body),
          trusted: true,
          network,
        },
        {
          onSent() {},
          onHeaders(code) {
            status = code;
          },
          onData(chunk) {
            bytes += chunk.length;
            if (bytes > MAX_BYTES) fail(new WeirError('upstream.bad_reply', { message: 'The reply is too large.' }));
            else chunks.push(chunk);
          },
          onEnd() {
            clearTimeout(timer);
            resolve({ status, body: Buffer.concat(chunks).toString('utf8') });
          },
          onError: (cause) => fail(new WeirError('upstream.unavailable', { cause })),
        },
      );
      function fail(error: WeirError): void {
        clearTimeout(timer);
        exchange.abort();
        reject(error);
      }
    });
}
