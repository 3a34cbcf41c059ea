import { onTestFinished } from 'vitest';
import { boundedFetch } from '../../server/src/egress/bounded-fetch.ts';
import { createHttpClient } from '../../server/src/egress/http-client.ts';
import { readLogLine } from '../../server/src/features/log-sampling/lines/read-log-line.ts';
import type { AskServer } from '../../server/src/log-sources/servers/ask-server.ts';
import type { LogLine, LogSource, LogWindow } from '../../server/src/ports/log-source.ts';

export const readLine = readLogLine;

/** Asks over the one HTTP client, as the server does. */
export function asker(): AskServer {
  const http = createHttpClient({
    connectTimeoutMs: 3000,
    allow: [],
    proxy: { https: undefined, http: undefined, except: [] },
  });
  onTestFinished(() => http.close());
  return boundedFetch(http, undefined, { maxBytes: 10_000_000, timeoutMs: 20_000 });
}

/** Everything a source has in a window, and in how many batches. */
export async function collect(
  source: LogSource,
  window: LogWindow,
  signal = new AbortController().signal,
): Promise<{ lines: LogLine[]; batches: number }> {
  const lines: LogLine[] = [];
  let batches = 0;
  for await (const batch of source.read(window, signal)) {
    lines.push(...batch);
    batches++;
  }
  return { lines, batches };
}
