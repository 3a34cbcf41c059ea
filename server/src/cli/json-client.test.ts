import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from './connection.ts';
import { jsonClient } from './json-client.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

async function serverThat(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the client of the management API', () => {
  test('sends the key and JSON, and reads JSON', async () => {
    const url = await serverThat(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { method, headers } = request;
      response.end(JSON.stringify({ method, path: request.url, key: headers.authorization, body: JSON.parse(body) }));
    });
    const reply = await jsonClient({ url: `${url}/`, key: 'weir_k' }).json('POST', '/api/v1/keys', { name: 'ci' });
    expect(reply).toEqual({ method: 'POST', path: '/api/v1/keys', key: 'Bearer weir_k', body: { name: 'ci' } });
  });

  test("passes the server's reason on, and says where a key goes when it was refused", async () => {
    const url = await serverThat((request, response) => {
      response.writeHead(request.url === '/401' ? 401 : 409);
      response.end(JSON.stringify({ success: false, error: { code: 'conflict', message: 'It exists already.' } }));
    });
    const client = jsonClient({ url, key: 'k' });
    await expect(client.json('POST', '/api/v1/projects?x=1')).rejects.toThrow(
      'It exists already. (POST /api/v1/projects: 409 conflict)',
    );
    await expect(client.json('GET', '/401')).rejects.toThrow('WEIR_ADMIN_KEY');
  });

  test('tells a request that was wrong from one that failed', async () => {
    const url = await serverThat((request, response) => {
      response.writeHead(Number(request.url?.slice(1))).end('{"error":{"code":"c","message":"No."}}');
    });
    const client = jsonClient({ url, key: 'k' });
    await expect(client.json('GET', '/400')).rejects.toBeInstanceOf(UsageError);
    await expect(client.json('GET', '/404')).rejects.toBeInstanceOf(CommandFailure);
  });

  test('says so when nothing or something else answers', async () => {
    const gone = jsonClient({ url: 'http://127.0.0.1:1', key: 'k' });
    await expect(gone.json('GET', '/')).rejects.toThrow(/No Weir server answers at http:\/\/127.0.0.1:1 \(E/);
    const url = await serverThat((_request, response) => response.end('<html>'));
    await expect(jsonClient({ url, key: 'k' }).json('GET', '/x')).rejects.toThrow('Is it a Weir server?');
  });

  test('needs a key and an address that can be one', () => {
    expect(() => connect({ url: undefined, key: undefined }, {})).toThrow('--key or WEIR_ADMIN_KEY');
    expect(() => connect({ url: 'localhost:80', key: 'k' }, {})).toThrow('http://');
    expect(() => connect({ url: 'http://a:b', key: 'k' }, {})).toThrow('http://');
  });
});
