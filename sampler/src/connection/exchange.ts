import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the start to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Whether the process may not end before the answer; a policy that is waited for must not hold it. */
  readonly holdsProcess: boolean;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  /** Milliseconds the server asks to wait; undefined: it does not. */
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}

const MOST_BYTES = 16 * 2 ** 20;

/**
 * One request and its answer. Not `fetch`: its sockets keep the process alive, and an application that is done must
 * not wait for the end of a long poll. Rejects when there is no whole answer.
 */
export function exchange(of: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = of.url.protocol === 'https:' ? requestHttps : requestHttp;
    const headers = of.body === undefined ? of.headers : { ...of.headers, 'content-type': 'application/json' };
    const options: RequestOptions = { method: of.method, headers, agent: false, signal: of.signal };
    const sent = send(of.url, options, (response) => readAnswer(response).then(resolve, reject));
    const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), of.timeoutMs);
    if (!of.holdsProcess) {
      timer.unref();
      sent.on('socket', (socket) => socket.unref());
    }
    sent.on('error', reject);
    sent.on('close', () => clearTimeout(timer));
    sent.end(of.body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
  return {
    status: response.statusCode ?? 0,
    etag: response.headers.etag,
    retryAfterMs: seconds >= 0 ? seconds * 1000 : undefined,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
