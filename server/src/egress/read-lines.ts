import { StringDecoder } from 'node:string_decoder';
import { WeirError } from '../kernel/errors.ts';
import { MINUTE_MS } from '../kernel/time.ts';
import type { HttpClient, HttpRequest } from '../ports/http-client.ts';

const LINES_AT_ONCE = 500;
/** In characters; a request body has at most half of it. */
const MAX_LINE = 64 * 1024 * 1024;
const TIMEOUT_MS = 15 * MINUTE_MS;

/**
 * The body of a 200 reply, some lines at a time: the next are read when the last were taken, so a body of any size needs little
 * memory. Resolves with the reply's status; lines of other replies are not given. Rejects when the reply breaks off, takes
 * longer than a quarter of an hour or `take` rejects.
 */
export function readLines(
  http: HttpClient,
  request: HttpRequest,
  take: (lines: readonly string[]) => Promise<void>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const text = new StringDecoder('utf8');
    let status = 0;
    let rest = '';
    let lines: string[] = [];
    let taking = false;
    let ended = false;
    const timer = setTimeout(() => fail(new WeirError('upstream.timeout')), TIMEOUT_MS);
    timer.unref();
    const exchange = http.send(request, {
      onSent() {},
      onHeaders(code) {
        status = code;
      },
      onData(chunk) {
        if (status !== 200) return;
        const cut = (rest + text.write(chunk)).split('\n');
        rest = cut.pop() ?? '';
        if (rest.length > MAX_LINE)
          return fail(new WeirError('upstream.bad_reply', { message: 'A line is too long.' }));
        for (const line of cut) lines.push(line);
        goOn();
      },
      onEnd() {
        ended = true;
        rest += text.end();
        if (rest !== '') lines.push(rest);
        goOn();
      },
      onError: (cause) => fail(new WeirError('upstream.unavailable', { cause })),
    });

    function goOn(): void {
      if (taking) return;
      if (lines.length >= LINES_AT_ONCE || (ended && lines.length > 0)) hand();
      else if (ended) {
        clearTimeout(timer);
        resolve(status);
      }
    }

    function hand(): void {
      const some = lines;
      lines = [];
      taking = true;
      exchange.pause();
      take(some).then(() => {
        taking = false;
        exchange.resume();
        goOn();
      }, fail);
    }

    function fail(error: Error): void {
      clearTimeout(timer);
      exchange.abort();
      reject(error);
    }
  });
}
