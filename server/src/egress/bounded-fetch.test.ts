import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { boundedFetch, type FetchBounds } from './bounded-fetch.ts';
import { createHttpClient } from './http-client.ts';

async function setup(answer: RequestListener, bounds?: FetchBounds) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = createHttpClient({
    connectTimeoutMs: 3000,
    allow: [],
    proxy: { https: undefined, http: undefined, except: [] },
  });
  onTestFinished(async () => {
    await http.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const fetch = boundedFetch(http, undefined, bounds);
  return { url, get: (signal?: AbortSignal) => fetch({ method: 'GET', url, headers: {}, ...(signal && { signal }) }) };
}

describe('a request beside calls', () => {
  test('gives status, headers and the whole body', async () => {
    const { get } = await setup((_, response) => response.writeHead(201, { 'x-a': 'b' }).end('grüß'));
    expect(await get()).toMatchObject({ status: 201, headers: { 'x-a': 'b' }, body: 'grüß' });
  });

  test('refuses a body beyond its bound', async () => {
    const { get } = await setup((_, response) => response.end('x'.repeat(1001)), { maxBytes: 1000, timeoutMs: 10_000 });
    await expect(get()).rejects.toMatchObject({ code: 'upstream.bad_reply' });
  });

  test('ends when the reply takes too long', async () => {
    const { get } = await setup((_, response) => response.write('x'), { maxBytes: 1000, timeoutMs: 50 });
    await expect(get()).rejects.toMatchObject({ code: 'upstream.timeout' });
  });

  test('closes its connection when nobody wants the reply any more', async () => {
    const controller = new AbortController();
    const closed = Promise.withResolvers<void>();
    const { get } = await setup((request, response) => {
      request.socket.once('close', () => closed.resolve());
      response.write('x');
      controller.abort(new Error('enough'));
    });
    await expect(get(controller.signal)).rejects.toMatchObject({ code: 'upstream.timeout' });
    await closed.promise;
  });

  test('is not even waited for when it was given up before', async () => {
    const { get } = await setup((_, response) => response.end('x'));
    await expect(get(AbortSignal.abort())).rejects.toMatchObject({ code: 'upstream.timeout' });
  });
});
