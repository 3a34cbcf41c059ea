import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WeirError } from '../../kernel/errors.ts';
import { type AccessTokenRequest, createGoogleAccessTokens, type GoogleAccessTokens } from './access-tokens.ts';
import {
  type FakeTokenServer,
  realFetch,
  serviceAccountJson,
  startFakeTokenServer,
} from './testing/fake-token-server.ts';

let google: FakeTokenServer;
let accessToken: GoogleAccessTokens;

beforeEach(async () => {
  google = await startFakeTokenServer();
  accessToken = createGoogleAccessTokens();
});
afterEach(() => google.close());

/** Asks some seconds after the start; Google's clock agrees. */
function ask(afterS = 0, changes: Partial<AccessTokenRequest> = {}): Promise<string> {
  google.nowS = 1_800_000_000 + afterS;
  const credential = serviceAccountJson();
  return accessToken({
    credential,
    nowMs: google.nowS * 1000 + 999,
    fetch: realFetch,
    tokenUrl: google.tokenUrl,
    ...changes,
  });
}

describe('a service account', () => {
  test('is exchanged for a token by a statement that Google can verify', async () => {
    expect(await ask()).toBe('token-1');
    expect(google.requests).toEqual(['POST /token']);
  });

  test('is exchanged again 60 seconds before the token ends, and not earlier', async () => {
    expect(await ask(0)).toBe('token-1');
    expect(await ask(3539)).toBe('token-1');
    expect(await ask(3540)).toBe('token-2');
    expect(await ask(3541)).toBe('token-2');
  });

  test('is exchanged once for callers at the same time, at the start and at each refresh', async () => {
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => ask())))).toEqual(new Set(['token-1']));
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => ask(4000))))).toEqual(new Set(['token-2']));
    expect(google.requests).toHaveLength(2);
  });

  test('has a token of its own for each credential and token server', async () => {
    const other = serviceAccountJson({ project_id: 'other' });
    expect([await ask(), await ask(0, { credential: other }), await ask()]).toEqual(['token-1', 'token-2', 'token-1']);
  });

  test('keeps a bounded number of tokens', async () => {
    await ask();
    for (let index = 0; index < 1000; index += 1) {
      const metadata = { status: 200, body: '{"access_token":"t","expires_in":3600}' };
      await ask(0, { credential: '', metadataHost: `host-${index}`, fetch: async () => metadata });
    }
    expect(await ask()).toBe('token-2');
  });

  test('is exchanged each time when tokens live for a minute or less', async () => {
    google.expiresIn = 60;
    expect([await ask(), await ask()]).toEqual(['token-1', 'token-2']);
  });

  test('that Google refuses gives an authentication error with its reason, for every waiting caller', async () => {
    const wrongKey = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).privateKey;
    const credential = serviceAccountJson({ private_key: wrongKey });
    const results = await Promise.allSettled([ask(0, { credential }), ask(0, { credential })]);
    for (const result of results) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: {
          code: 'upstream.auth',
          message: 'The Google token server gave no token: HTTP 400 invalid_grant: Wrong signature.',
        },
      });
    }
    expect(google.requests).toHaveLength(1);
  });

  test('is tried again after a failure', async () => {
    google.answer = { status: 503, body: 'down' };
    await expect(ask()).rejects.toMatchObject({ code: 'upstream.unavailable', retryable: true });
    google.answer = undefined;
    expect(await ask()).toBe('token-2');
  });

  test.each([
    [429, '{}', 'upstream.unavailable'],
    [401, '<html>', 'upstream.auth'],
    [302, '', 'upstream.bad_reply'],
    [200, 'not json', 'upstream.bad_reply'],
    [200, '{"access_token":"t"}', 'upstream.bad_reply'],
    [200, '{"expires_in":3600}', 'upstream.bad_reply'],
  ])('gets a clear error for HTTP %i %s', async (status, body, code) => {
    google.answer = { status, body };
    await expect(ask()).rejects.toMatchObject({ code, message: expect.stringContaining('The Google token server') });
  });

  test('gets a clear error when the token server cannot be reached, and keeps errors that are clear already', async () => {
    const refused = async () => Promise.reject(new Error('connect ECONNREFUSED'));
    await expect(ask(0, { fetch: refused })).rejects.toMatchObject({
      code: 'upstream.unavailable',
      message: 'The Google token server could not be reached.',
    });
    const denied = new WeirError('egress.denied');
    await expect(ask(0, { fetch: () => Promise.reject(denied) })).rejects.toBe(denied);
  });

  test('never finds its statement in an error, even when the server sends it back', async () => {
    let assertion = '';
    const echo: AccessTokenRequest['fetch'] = async ({ body = '' }) => {
      assertion = new URLSearchParams(body).get('assertion') ?? '';
      return { status: 400, body: JSON.stringify({ error: 'bad', error_description: `saw ${assertion}` }) };
    };
    const error = await ask(0, { fetch: echo }).catch((thrown: WeirError) => thrown);
    expect(assertion.length).toBeGreaterThan(100);
    expect(error).toMatchObject({ message: 'The Google token server gave no token: HTTP 400 bad: saw.' });
  });
});

describe('the token address', () => {
  test("is Google's unless the operator sets another", async () => {
    const urls: string[] = [];
    const fetch: AccessTokenRequest['fetch'] = async ({ url }) => {
      urls.push(url);
      return { status: 200, body: '{"access_token":"t","expires_in":3600}' };
    };
    await ask(0, { fetch, tokenUrl: undefined });
    await ask(0, { fetch, tokenUrl: undefined, credential: serviceAccountJson({ token_uri: undefined }) });
    await ask(0, {
      fetch,
      tokenUrl: 'http://127.0.0.1:1/t',
      credential: serviceAccountJson({ token_uri: 'http://127.0.0.1:1/t' }),
    });
    expect(urls).toEqual([
      'https://oauth2.googleapis.com/token',
      'https://oauth2.googleapis.com/token',
      'http://127.0.0.1:1/t',
    ]);
  });

  test('is never one that only the key names', async () => {
    for (const token_uri of [
      'https://evil.example/token',
      'https://oauth2.googleapis.com/token/',
      `${google.tokenUrl}2`,
    ]) {
      const credential = serviceAccountJson({ token_uri });
      await expect(ask(0, { credential })).rejects.toMatchObject({ code: 'config.invalid' });
      await expect(ask(0, { credential, tokenUrl: undefined })).rejects.toMatchObject({ code: 'config.invalid' });
    }
    expect(google.requests).toEqual([]);
  });
});

describe('without a key', () => {
  test('the metadata server of the machine gives tokens, cached in the same way', async () => {
    const metadata = { credential: '', metadataHost: google.host };
    expect(await ask(0, metadata)).toBe('token-1');
    expect(await ask(3000, metadata)).toBe('token-1');
    expect(await ask(3540, metadata)).toBe('token-2');
    expect(google.requests[0]).toBe('GET /computeMetadata/v1/instance/service-accounts/default/token');
  });

  test("the host is Google's unless another is given", async () => {
    let asked = '';
    const fetch: AccessTokenRequest['fetch'] = async ({ url }) => {
      asked = url;
      return { status: 200, body: '{"access_token":"t","expires_in":3600}' };
    };
    await ask(0, { credential: '', fetch });
    expect(asked).toBe('http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token');
  });

  test.each(['host/path', 'user@host', 'host#', 'host?x', '', 'a b'])(
    'a host like %j is refused',
    async (metadataHost) => {
      await expect(ask(0, { credential: '', metadataHost })).rejects.toMatchObject({ code: 'config.invalid' });
    },
  );

  test('a machine without an account gives an error that says what is missing', async () => {
    google.answer = { status: 404, body: 'not found' };
    await expect(ask(0, { credential: '', metadataHost: google.host })).rejects.toMatchObject({
      code: 'upstream.auth',
      message: 'No service-account key is set, and the Google metadata server gave no token: HTTP 404.',
    });
  });
});
