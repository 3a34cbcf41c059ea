import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { HttpClient, HttpExchange, HttpRequest } from '../ports/http-client.ts';
import { createHttpClient } from './http-client.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client(allow: string[] = []): HttpClient {
  const http = createHttpClient({ connectTimeoutMs: 1000, allow });
  open.push(http);
  return http;
}

function request(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, headers: {}, body: undefined, trusted: true, ...more };
}

/** Sends and keeps the order of what came back. */
function exchange(http: HttpClient, of: HttpRequest) {
  const events: string[] = [];
  const { promise: done, resolve } = Promise.withResolvers<string[]>();
  const running: HttpExchange = http.send(of, {
    onSent: () => events.push('sent'),
    onHeaders: (status) => events.push(`headers ${status}`),
    onData: (chunk) => events.push(`data ${chunk}`),
    onEnd() {
      events.push('end');
      resolve(events);
    },
    onError(error) {
      events.push(`error ${(error as { code?: string }).code ?? error.message}`);
      resolve(events);
    },
  });
  return { events, done, running };
}

test('a reply arrives in order and ends once', async () => {
  const url = await serve((_request, response) => response.end('hello'));
  expect(await exchange(client(), request(url)).done).toEqual(['sent', 'headers 200', 'data hello', 'end']);
});

test('redirects are answers, not places to go', async () => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked++;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect(await exchange(client(), request(url)).done).toContain('headers 302');
  expect(asked).toBe(1);
});

test('after an abort nothing more is told', async () => {
  const closed = Promise.withResolvers<void>();
  const url = await serve((_request, response) => {
    response.on('close', () => closed.resolve());
    response.write('first');
  });
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const events: string[] = [];
  const running = client().send(request(url), {
    onSent: () => events.push('sent'),
    onHeaders: () => events.push('headers'),
    onData: () => resolve(),
    onEnd: () => events.push('end'),
    onError: () => events.push('error'),
  });
  await first;
  running.abort();
  await closed.promise;
  expect(events).toEqual(['sent', 'headers']);
});

test('an abort before the connection is there is heeded too', async () => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked++;
    response.end();
  });
  const http = client();
  const first = exchange(http, request(url));
  first.running.abort();
  expect(await exchange(http, request(url)).done).toContain('end');
  expect(first.events).not.toContain('end');
  expect(asked).toBe(1);
});

test.each(['http://127.0.0.1', 'http://[::1]', 'http://localhost', 'http://169.254.169.254', 'http://[::ffff:7f00:1]'])(
  'an address that came by API may not be %s',
  async (origin) => {
    const url = await serve((_request, response) => response.end('secret'));
    const port = new URL(url).port;
    const events = await exchange(client(), request(`${origin}:${port}/`, { trusted: false })).done;
    expect(events).toEqual(['error WEIR_EGRESS_DENIED']);
  },
);

test('an allowed block opens the way for it', async () => {
  const url = await serve((_request, response) => response.end('fine'));
  expect(await exchange(client(['127.0.0.0/8']), request(url, { trusted: false })).done).toContain('data fine');
});

test.each(['file:///etc/passwd', 'gopher://127.0.0.1/', 'not an address'])(
  '%s is told as an error, not thrown',
  async (url) => {
    const events = await exchange(client(), request(url)).done;
    expect(events).toHaveLength(1);
    expect(events[0]).toMatch(/^error/);
  },
);

test('a header that cannot be sent is told as an error', async () => {
  const url = await serve((_request, response) => response.end());
  const events = await exchange(client(), request(url, { headers: { authorization: 'Bearer a\nb' } })).done;
  expect(events[0]).toMatch(/^error/);
});

test('many calls to one slow place do not wait for each other', async () => {
  const waiting: (() => void)[] = [];
  const all = Promise.withResolvers<void>();
  const url = await serve((_request, response) => {
    waiting.push(() => response.end());
    if (waiting.length === 40) all.resolve();
  });
  const http = client();
  const running = Array.from({ length: 40 }, () => exchange(http, request(url)));
  await all.promise;
  for (const answer of waiting) answer();
  for (const { done } of running) expect(await done).toContain('end');
});
