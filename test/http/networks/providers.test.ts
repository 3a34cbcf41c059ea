import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { completion } from '../../chaos/support/gateway-fixture.ts';
import { AUTHORITY, CLIENT, SERVER } from '../../support/certificates.ts';
import { type ConnectProxy, startConnectProxy } from '../../support/connect-proxy.ts';
import { startWeir } from '../../support/weir.ts';

const seen: { client: unknown; headers: Record<string, unknown> }[] = [];
const upstream = createServer({ ...SERVER, ca: AUTHORITY, requestCert: true }, (request, response) => {
  seen.push({ client: (request.socket as TLSSocket).getPeerCertificate().subject?.CN, headers: request.headers });
  request.resume().on('end', () => response.end(JSON.stringify(completion())));
});
let proxy: ConnectProxy;
let port: number;

beforeAll(async () => {
  proxy = await startConnectProxy();
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  port = (upstream.address() as AddressInfo).port;
  proxy.places.set('api.weir.test:443', port);
});
afterAll(() => {
  proxy.close();
  upstream.closeAllConnections();
  upstream.close();
});

test('a provider behind a proxy, with its own authority, our certificate and extra headers, answers a call', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'weir-tls-'));
  const files = { ca: AUTHORITY, cert: CLIENT.cert, key: CLIENT.key };
  const tls = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(directory, `${name}.pem`), text);
    return [name, join(directory, `${name}.pem`)];
  });
  const local = {
    base_url: 'https://api.weir.test/v1',
    api_key: 'none',
    models: ['llama'],
    headers: { 'x-tenant': 'acme' },
    tls: Object.fromEntries(tls),
  };
  const weir = await startWeir({ config: JSON.stringify({ providers: { local } }), env: { HTTPS_PROXY: proxy.url } });
  const body = { model: 'local/llama', messages: [{ role: 'user', content: 'hello' }] };
  const reply = await weir.api('POST /v1/chat/completions', body);
  expect([reply.status, reply.text.slice(0, 200)]).toEqual([200, expect.stringContaining('forty two')]);
  expect(seen).toMatchObject([{ client: 'weir-test-client', headers: { 'x-tenant': 'acme' } }]);
  expect(proxy.asked).toMatchObject([{ place: 'api.weir.test:443' }]);
  const health = await weir.api('GET /healthz');
  expect(health.json.components.llm_providers.local.status).toBe('healthy');
  await weir.stop();
});

test.each([
  [{ cert: '/no/such/file.pem', key: CLIENT.key }, 'providers.local.tls.cert: the file /no/such/file.pem'],
  [{ cert: CLIENT.cert }, 'providers.local.tls: cert and key go together'],
  [{ cert: CLIENT.cert, key: SERVER.key }, 'providers.local.tls: the certificates or the key'],
])('TLS settings that cannot work refuse the start, naming them', async (tls, message) => {
  const local = { base_url: `https://127.0.0.1:${port}/v1`, tls };
  await expect(startWeir({ config: JSON.stringify({ providers: { local } }) })).rejects.toThrow(message);
});
