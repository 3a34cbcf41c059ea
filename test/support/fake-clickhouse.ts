import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ClickHouseRequest {
  /** The statement, wherever it stood. */
  readonly query: string;
  /** Parameters of the address. */
  readonly settings: Readonly<Record<string, string>>;
  readonly user: string;
  /** Lines of JSONEachRow. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export interface FakeClickHouse {
  readonly url: string;
  readonly requests: ClickHouseRequest[];
  /** So many of the next requests are answered with an error. */
  failNext(requests: number): void;
  close(): Promise<void>;
}

/** The HTTP interface of ClickHouse as far as inserting needs it. */
export async function startFakeClickHouse(): Promise<FakeClickHouse> {
  const requests: ClickHouseRequest[] = [];
  let failing = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const settings = Object.fromEntries(new URL(request.url ?? '/', 'http://host').searchParams);
      const query = settings.query ?? body;
      const rows = settings.query === undefined ? [] : body.split('\n').filter(Boolean);
      const credentials = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
      requests.push({ query, settings, user: credentials, rows: rows.map((row) => JSON.parse(row)) });
      const isFailing = failing > 0 && /^INSERT/i.test(query);
      if (isFailing) failing--;
      response.statusCode = isFailing ? 500 : 200;
      response.end(isFailing ? 'Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)' : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://weir:secret@127.0.0.1:${(server.address() as AddressInfo).port}/analytics`,
    requests,
    failNext(count) {
      failing = count;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
