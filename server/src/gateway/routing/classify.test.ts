import { describe, expect, test } from 'vitest';
import { requirement } from '../../../../test/support/requirement.ts';
import type { WeirError } from '../../kernel/errors.ts';
import { openaiChatUpstream } from '../../protocols/openai-chat/upstream.ts';
import { connectionError, retryAfter, upstreamError } from './classify.ts';

const NOW = Date.UTC(2026, 10, 20, 12);

function classified(
  status: number,
  headers: Record<string, string> = {},
  error: object = { message: 'no' },
): WeirError {
  return upstreamError({
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify({ error })),
    wire: 'openai-chat',
    provider: 'openai',
    readError: (json) => openaiChatUpstream.readError(json),
    nowMs: NOW,
  });
}

describe(requirement('E4'), () => {
  test.each([
    [400, {}, 'upstream.rejected', false, 400, 'InvalidRequestError'],
    [401, {}, 'upstream.auth', false, 502, 'AuthenticationError'],
    [403, {}, 'upstream.auth', false, 502, 'AuthenticationError'],
    [408, {}, 'upstream.timeout', true, 408, 'TimeoutError'],
    [409, {}, 'upstream.unavailable', true, 409, 'ProviderError'],
    [413, {}, 'request.too_large', false, 413, 'InvalidRequestError'],
    [422, {}, 'upstream.rejected', false, 422, 'InvalidRequestError'],
    [429, { 'retry-after': '2' }, 'upstream.rate_limited', true, 429, 'RateLimitError'],
    [429, {}, 'upstream.rate_limited', false, 429, 'RateLimitError'],
    [500, {}, 'upstream.unavailable', true, 500, 'ProviderError'],
    [502, {}, 'upstream.unavailable', true, 502, 'ProviderError'],
    [503, {}, 'upstream.unavailable', true, 503, 'ProviderError'],
    [504, {}, 'upstream.timeout', true, 504, 'TimeoutError'],
    [529, {}, 'upstream.unavailable', true, 529, 'ProviderError'],
    [302, {}, 'upstream.bad_reply', false, 502, 'ProviderError'],
  ])(
    'an upstream %i with %j is %s, retryable %s, shown as %i, a %s',
    (status, headers, code, retryable, shown, name) => {
      const error = classified(status, headers as Record<string, string>);
      expect({ code: error.code, retryable: error.retryable, status: error.status, name: error.name }).toEqual({
        code,
        retryable,
        status: shown,
        name,
      });
    },
  );

  test('a spend cap is not worth a retry even when it names a time', () => {
    const error = classified(
      429,
      { 'retry-after': '2' },
      { message: 'x', type: 'insufficient_quota', code: 'insufficient_quota' },
    );
    expect(error.retryable).toBe(false);
  });
});

test('what an upstream says about our credential is never repeated', () => {
  const error = classified(401, {}, { message: 'Incorrect API key provided: sk-secret-1234' });
  expect(error.message).not.toContain('sk-secret');
  expect(error.upstream).toBeUndefined();
});

test('the body of other errors goes along for clients of the same wire, when it is a JSON object', () => {
  expect(classified(400).upstream?.body.toString()).toBe('{"error":{"message":"no"}}');
  const html = upstreamError({
    status: 503,
    headers: { 'content-type': 'text/html' },
    body: Buffer.from('<h1>Service Unavailable</h1>'),
    wire: 'openai-chat',
    provider: 'openai',
    readError: () => ({}),
    nowMs: NOW,
  });
  expect(html.upstream).toBeUndefined();
  expect(html.message).not.toContain('<h1>');
});

test.each([
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': '0.25' }, 250],
  [{ 'retry-after': '-5' }, 0],
  [{ 'retry-after-ms': '150', 'retry-after': '9' }, 150],
  [{ 'retry-after': new Date(NOW + 3000).toUTCString() }, 3000],
  [{ 'retry-after': new Date(NOW - 3000).toUTCString() }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after-ms': '' }, undefined],
  [{}, undefined],
])('retry-after is read from %j as %s ms', (headers, expected) => {
  expect(retryAfter(headers, NOW)).toBe(expected);
});

test.each([
  ['ECONNREFUSED', 'upstream.unavailable', 502, true],
  ['ENOTFOUND', 'upstream.unavailable', 502, true],
  ['ECONNRESET', 'upstream.unavailable', 502, true],
  ['UND_ERR_SOCKET', 'upstream.unavailable', 502, true],
  ['UND_ERR_CONNECT_TIMEOUT', 'upstream.timeout', 504, true],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'upstream.unavailable', 502, false],
  ['CERT_HAS_EXPIRED', 'upstream.unavailable', 502, false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'upstream.unavailable', 502, false],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'upstream.unavailable', 502, false],
  ['EPROTO', 'upstream.unavailable', 502, false],
  ['WEIR_EGRESS_DENIED', 'egress.denied', 400, false],
])('the socket error %s is %s with status %i, retryable %s', (code, expected, status, retryable) => {
  const error = connectionError(Object.assign(new Error('secret 10.0.0.7 detail'), { code }), 'openai');
  expect({ code: error.code, status: error.status, retryable: error.retryable }).toEqual({
    code: expected,
    status,
    retryable,
  });
});

test('the message of a failed connection shows no address', () => {
  const error = connectionError(
    Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:443'), { code: 'ECONNREFUSED' }),
    'openai',
  );
  expect(error.message).not.toContain('10.0.0.7');
  expect(JSON.stringify(error.details)).not.toContain('10.0.0.7');
});
