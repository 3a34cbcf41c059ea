import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AUTHORITY, CLIENT, SERVER } from '../../../test/support/certificates.ts';
import { type ConnectProxy, startConnectProxy } from '../../../test/support/connect-proxy.ts';
import type { HttpClient, Network } from '../ports/http-client.ts';
import { createHttpClient, type EgressSettings } from './http-client.ts';

let proxy: ConnectProxy;
let plain: Server;
let secure: Server;
const clients: HttpClient[] = [];

beforeEach(async () => {
  proxy = await startConnectProxy();
  plain = createHttp((_request, response) => response.end('plain'));
  secure = createHttps(
    { ...SERVER, ca: AUTHORITY, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const peer = (request.socket as TLSSocket).getPeerCertificate();
      response.end(`hello ${peer.subject?.CN ?? 'stranger'}`);
    },
  );
  for (const server of [plain, secure]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  proxy.close();
  for (const server of [plain, secure]) {
    server.closeAllConnections();
    server.close();
  }
});

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** The reply's text, or `error CODE`. */
function ask(
  url: string,
  of: { network?: Network; settings?: Partial<EgressSettings>; trusted?: boolean; client?: HttpClient } = {},
): Promise<string> {
  const client = of.client ?? createHttpClient({ connectTimeoutMs: 500, allow: [], ...of.settings });
  clients.push(client);
  const { trusted = true, network } = of;
  let text = '';
  return new Promise((resolve) => {
    client.send(
      { method: 'GET', url, headers: {}, body: undefined, trusted, network },
      {
        onSent() {},
        onHeaders() {},
        onData: (chunk) => {
          text += chunk;
        },
        onEnd: () => resolve(text),
        onError: (error) => resolve(`error ${(error as { code?: string }).code ?? error.message}`),
      },
    );
  });
}

const TLS = { ca: AUTHORITY, ...CLIENT };

test("a provider's own authority is trusted for it, and for nobody else", async () => {
  const url = `https://127.0.0.1:${portOf(secure)}/`;
  const client = createHttpClient({ connectTimeoutMs: 500, allow: [] });
  expect(await ask(url, { client })).toBe('error SELF_SIGNED_CERT_IN_CHAIN');
  expect(await ask(url, { client, network: { id: 'a', tls: { ca: AUTHORITY } } })).toBe('hello stranger');
  expect(await ask(url, { client })).toBe('error SELF_SIGNED_CERT_IN_CHAIN');
});

test('a certificate is shown to the provider it is for, over connections of its own', async () => {
  const url = `https://127.0.0.1:${portOf(secure)}/`;
  const client = createHttpClient({ connectTimeoutMs: 500, allow: [] });
  expect(await ask(url, { client, network: { id: 'mine', tls: TLS } })).toBe('hello weir-test-client');
  expect(await ask(url, { client, network: { id: 'other', tls: { ca: AUTHORITY } } })).toBe('hello stranger');
});

test("a provider's own proxy carries http and https, and TLS is spoken with the far end", async () => {
  const network = { id: 'p', proxy: proxy.url.replace('://', '://weir:p%40ss@'), tls: TLS };
  expect(await ask(`http://127.0.0.1:${portOf(plain)}/`, { network })).toBe('plain');
  expect(await ask(`https://127.0.0.1:${portOf(secure)}/`, { network })).toBe('hello weir-test-client');
  const authorization = `Basic ${Buffer.from('weir:p@ss').toString('base64')}`;
  expect(proxy.asked).toEqual([
    { place: `127.0.0.1:${portOf(plain)}`, authorization },
    { place: `127.0.0.1:${portOf(secure)}`, authorization },
  ]);
});

test("the environment's proxy is used for other machines; a provider may opt out of it", async () => {
  proxy.places.set('api.weir.test:443', portOf(secure));
  const settings = { proxy: { https: proxy.url, except: [] } };
  const tls = { ca: AUTHORITY };
  expect(await ask('https://api.weir.test/', { settings, network: { id: 'a', tls } })).toBe('hello stranger');
  expect(proxy.asked).toHaveLength(1);
  expect(await ask(`https://127.0.0.1:${portOf(secure)}/`, { settings, network: { id: 'a', tls } })).toBe(
    'hello stranger',
  );
  expect(await ask('https://api.weir.test/', { settings, network: { id: 'b', tls, proxy: 'none' } })).toMatch(
    /^error E/,
  );
  expect(proxy.asked).toHaveLength(1);
});

test('an address that came by API is looked up and checked here, and the proxy gets the checked address', async () => {
  const url = `http://localhost:${portOf(plain)}/`;
  const network = { id: 'p', proxy: proxy.url };
  expect(await ask(url, { network, trusted: false })).toBe('error WEIR_EGRESS_DENIED');
  expect(await ask(`http://169.254.169.254/`, { network, trusted: false })).toBe('error WEIR_EGRESS_DENIED');
  expect(proxy.asked).toEqual([]);
  const settings = { allow: ['127.0.0.0/8', '::1'] };
  proxy.places.set(`[::1]:${portOf(plain)}`, portOf(plain));
  expect(await ask(url, { network, settings, trusted: false })).toBe('plain');
  expect(proxy.asked[0]?.place).toMatch(/^(127\.0\.0\.1|\[::1\]):\d+$/);
});

test('a proxy that refuses or says nothing is an error in time, and tells nothing of its password', async () => {
  const network = { id: 'p', proxy: proxy.url.replace('://', '://weir:secret@') };
  proxy.refusing = 407;
  expect(await ask('http://api.weir.test/', { network })).toBe('error EPROXY');
  proxy.refusing = undefined;
  proxy.silent = true;
  expect(await ask('http://api.weir.test/', { network, settings: { connectTimeoutMs: 100 } })).toBe(
    'error UND_ERR_CONNECT_TIMEOUT',
  );
});
