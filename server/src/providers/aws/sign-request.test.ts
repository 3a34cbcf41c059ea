import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SignInput, signRequest } from './sign-request.ts';

/** The hash the reference signer wants: keyed when it gets a secret. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('not used');
  }
}

async function referenceHeaders(input: SignInput): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    credentials: input.credentials,
    region: input.region,
    service: input.service,
    sha256: Sha256,
  });
  const query: Record<string, string[]> = {};
  for (const name of new Set(input.url.searchParams.keys())) query[name] = input.url.searchParams.getAll(name);
  const signed = await signer.sign(
    {
      method: input.method,
      protocol: input.url.protocol,
      hostname: input.url.hostname,
      path: input.url.pathname,
      query,
      headers: { ...input.headers, host: input.url.host },
      body: input.body,
    },
    { signingDate: new Date(input.nowMs) },
  );
  const added = Object.entries(signed.headers).filter(([name]) => name !== 'host' && !(name in input.headers));
  return Object.fromEntries(added);
}

const unicode = fc.string({ unit: 'grapheme', maxLength: 12 });
const modelId = fc.constantFrom(
  'anthropic.claude-3-5-sonnet-20241022-v2:0',
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4:0',
  "odd !'()*~+&=$,;@ name",
);
const segment = fc.oneof(
  modelId.map(encodeURIComponent),
  modelId,
  unicode.map(encodeURIComponent),
  unicode,
  fc.constantFrom('', '.', '..', '%2F', '%2e', 'a%20b', '100%'),
);
const path = fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join('/')}`);
const parameterName = fc.oneof(fc.constantFrom('a', 'a-', 'a0', 'A', 'ä', 'a b', 'a=b', '0', '10', '2'), unicode);
const query = fc.array(fc.tuple(parameterName, unicode), { maxLength: 8 });
const headerValue = fc
  .array(fc.constantFrom('a', 'B', '1', ' ', '  ', '\t', ';', ':', ',', '"', '=', '/'), { maxLength: 12 })
  .map((characters) => characters.join(''));
const headerName = fc.constantFrom(
  'content-type',
  'Accept',
  'X-Amzn-Bedrock-Accept',
  'x-custom-one',
  'x-custom-two',
  'User-Agent',
  'connection',
  'expect',
  'proxy-thing',
  'Sec-Fetch',
  'x-amzn-trace-id',
  'transfer-encoding',
  'content-length',
);
const credentials = fc
  .record({
    accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
    secretAccessKey: fc.stringMatching(/^[A-Za-z0-9+/]{40}$/),
    sessionToken: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,80}$/), { nil: undefined }),
  })
  .map(({ sessionToken, ...pair }) => (sessionToken === undefined ? pair : { ...pair, sessionToken }));

const anyInput: fc.Arbitrary<SignInput> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  url: fc
    .record({ host: fc.constantFrom('bedrock-runtime.us-east-1.amazonaws.com', '127.0.0.1:8080'), path, query })
    .map((parts) => {
      const url = new URL(`https://${parts.host}${parts.path.replace(/[?#\\]/g, '-')}`);
      for (const [name, value] of parts.query) if (name !== '__proto__') url.searchParams.append(name, value);
      return url;
    }),
  headers: fc.dictionary(headerName, headerValue, { maxKeys: 6 }),
  body: fc.oneof(
    fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  ),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'us-gov-west-1'),
  service: fc.constantFrom('bedrock', 'sagemaker'),
  credentials,
  nowMs: fc.integer({ min: 1_400_000_000_000, max: 2_000_000_000_000 }),
});

const PLAIN: SignInput = {
  method: 'POST',
  url: new URL('https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-v2%3A0/invoke'),
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"a":1}'),
  region: 'us-east-1',
  service: 'bedrock',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret+/example' },
  nowMs: Date.UTC(2026, 10, 20, 12, 34, 56, 789),
};

describe('signing a request for AWS', () => {
  test('agrees with the official signer on 500 odd requests', async () => {
    await fc.assert(
      fc.asyncProperty(anyInput, async (input) => {
        expect(signRequest(input)).toEqual(await referenceHeaders(input));
      }),
      { numRuns: 500 },
    );
  });

  test('gives exactly the headers to add', () => {
    const added = signRequest(PLAIN);
    expect(Object.keys(added).sort()).toEqual(['authorization', 'x-amz-content-sha256', 'x-amz-date']);
    expect(added['x-amz-date']).toBe('20261120T123456Z');
    expect(added.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261120\/us-east-1\/bedrock\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
    );
  });

  test('sends and signs the session token of temporary credentials', () => {
    const added = signRequest({ ...PLAIN, credentials: { ...PLAIN.credentials, sessionToken: 'temporary' } });
    expect(added['x-amz-security-token']).toBe('temporary');
    expect(added.authorization).toContain(';x-amz-security-token,');
  });

  test('gives the same signature again from the cached key', () => {
    expect(signRequest(PLAIN)).toEqual(signRequest(PLAIN));
  });

  test.each([
    ['day', { nowMs: PLAIN.nowMs + 86_400_000 }],
    ['region', { region: 'eu-west-1' }],
    ['service', { service: 'other' }],
    ['secret', { credentials: { ...PLAIN.credentials, secretAccessKey: 'changed' } }],
  ])('does not reuse a key for another %s', async (_part, change) => {
    signRequest(PLAIN);
    const changed = { ...PLAIN, ...change };
    expect(signRequest(changed)).toEqual(await referenceHeaders(changed));
  });

  test('ignores an authorization, date or host the caller had', () => {
    const headers = { ...PLAIN.headers, Authorization: 'Bearer x', Date: 'yesterday', Host: 'elsewhere' };
    expect(signRequest({ ...PLAIN, headers })).toEqual(signRequest(PLAIN));
  });

  test('signs the body', () => {
    expect(signRequest({ ...PLAIN, body: Buffer.from('{"a":2}') }).authorization).not.toBe(
      signRequest(PLAIN).authorization,
    );
  });
});
