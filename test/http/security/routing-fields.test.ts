import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { POSTS } from '../bad-input/posts.ts';
import { type ComposedWeir, composeWeir, UPSTREAM_SECRETS } from './composed-weir.ts';

let weir: ComposedWeir;
let canaryUrl: string;
let visits = 0;

/** Whoever connects here was led astray. */
const canary = createServer((socket) => {
  visits++;
  socket.on('error', () => undefined);
  socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
});

beforeAll(async () => {
  weir = await composeWeir({
    config: 'retry: { max_attempts: 0 }\nbreaker: { consecutive_failures: 100000, minimum_calls: 100000 }\n',
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  canaryUrl = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await weir.close();
  await new Promise((resolve) => canary.close(resolve));
});

beforeEach(() => {
  weir.upstream.requests.length = 0;
  visits = 0;
});

const FIELDS = [
  'api_base',
  'base_url',
  'baseURL',
  'baseUrl',
  'api_key',
  'apiKey',
  'azure_endpoint',
  'endpoint',
  'custom_llm_provider',
  'host',
  'model_list',
  'openai_api_base',
  'organization',
  'proxy',
  'provider_url',
  'url',
  'vertex_endpoint',
  'webhook_url',
];
const HEADERS = [
  'api-base',
  'base-url',
  'forwarded',
  'helicone-target-url',
  'openai-organization',
  'openai-project',
  'x-api-base',
  'x-base-url',
  'x-forwarded-host',
  'x-forwarded-server',
  'x-original-url',
  'x-portkey-custom-host',
  'x-upstream-url',
  'x-weir-base-url',
];
const CALLS = POSTS.filter((post) => post.isCall);

/** The field at any depth: inside objects and lists with made-up and with real names. */
function nested(field: string, value: unknown, path: readonly string[]): Record<string, unknown> {
  let held: Record<string, unknown> = { [field]: value };
  for (const name of path) held = name === '[]' ? { metadata: [held] } : { [name]: held };
  return held;
}

async function call(
  post: (typeof CALLS)[number],
  { extra = {}, headers = {}, query = '' }: { extra?: object; headers?: Record<string, string>; query?: string },
) {
  const response = await fetch(`${weir.url}${post.path}${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${weir.adminKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ...extra, ...post.good }),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Every call that left went to the provider's own address with Weir's credential, and to nobody else. */
function expectOnlyOurUpstream(): void {
  expect(visits).toBe(0);
  for (const { headers } of weir.upstream.requests) {
    const used = headers['x-api-key'] ?? headers.authorization?.replace('Bearer ', '');
    expect(Object.values(UPSTREAM_SECRETS)).toContain(used);
    expect(JSON.stringify(headers)).not.toContain(canaryUrl);
  }
}

describe('fields that name an address or a credential', () => {
  test('never change where a call goes, at any depth of the body', async () => {
    const path = fc.array(fc.constantFrom('[]', 'extra_body', 'litellm_params', 'metadata', 'config', 'model', 'a'), {
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(CALLS.length - 1), fc.constantFrom(...FIELDS), path, async (at, field, names) => {
        const status = await call(CALLS[at]!, { extra: nested(field, canaryUrl, names) });
        expect(status).toBeLessThan(500);
        expectOnlyOurUpstream();
      }),
      { numRuns: 150 },
    );
    expect(weir.upstream.requests.length).toBeGreaterThan(10);
  });

  test('never change where a call goes, in headers and in the query', async () => {
    for (const post of CALLS) {
      const headers = Object.fromEntries(HEADERS.map((name) => [name, canaryUrl]));
      const query = `?${new URLSearchParams(Object.fromEntries(FIELDS.map((name) => [name, canaryUrl])))}`;
      await call(post, { headers, query });
      await call(post, { headers: { 'x-api-key': 'sk-of-the-client' } });
    }
    expectOnlyOurUpstream();
    expect(weir.upstream.requests.length).toBeGreaterThan(5);
  });
});

test.each([301, 302, 303, 307, 308])('a provider that answers %d is an error and is not followed', async (status) => {
  const normal = weir.upstream.answer;
  weir.upstream.answer = (_request, response) => {
    response.writeHead(status, { location: `${canaryUrl}/latest/meta-data` });
    response.end();
  };
  for (const post of CALLS) {
    const response = await fetch(weir.url + post.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${weir.adminKey}` },
      body: JSON.stringify(post.good),
      redirect: 'manual',
    });
    const text = await response.text();
    // Counting needs no provider on some routes; whatever answers, it is no redirect and names no place.
    expect(response.status === 200 || response.status >= 400, `${post.path} ${response.status}`).toBe(true);
    expect(response.headers.get('location')).toBeNull();
    expect(text).not.toContain(canaryUrl);
  }
  weir.upstream.answer = normal;
  expect(weir.upstream.requests.length).toBeGreaterThan(5);
  expect(visits).toBe(0);
});
