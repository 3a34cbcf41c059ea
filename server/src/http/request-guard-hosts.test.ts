import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { hostGuard } from './request-guard-hosts.ts';

interface Given {
  readonly host?: string | undefined;
  readonly origin?: string;
  readonly bound?: string;
  readonly allowed?: readonly string[];
  readonly httpVersion?: string;
  readonly rawHeaders?: readonly string[];
}

/** The status a request is refused with; undefined when it is taken. */
function refusal({ host, origin, bound = '127.0.0.1', allowed = [], httpVersion = '1.1', rawHeaders = [] }: Given) {
  const headers = { ...(host === undefined ? {} : { host }), ...(origin === undefined ? {} : { origin }) };
  const request = { headers, httpVersion, rawHeaders } as unknown as IncomingMessage;
  const guard = hostGuard({ boundHost: bound, allowedHosts: allowed });
  const statuses = [1, 2].map(() => {
    try {
      guard(request);
      return undefined;
    } catch (error) {
      return (error as { status: number }).status;
    }
  });
  // Asked twice, because what was accepted is remembered.
  expect(statuses[1]).toBe(statuses[0]);
  return statuses[0];
}

describe('the Host header', () => {
  test.each([
    'localhost',
    'localhost:8080',
    'LOCALHOST',
    'localhost.',
    'app.localhost',
    '127.0.0.1:1',
    '127.9.9.9',
    '[::1]:80',
  ])('may be the loopback name %s', (host) => expect(refusal({ host })).toBeUndefined());

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    'evillocalhost',
    '[fe80::1]',
  ])('may not be the foreign name %s', (host) => expect(refusal({ host })).toBe(403));

  test.each([
    undefined,
    '',
    ' ',
    'a b',
    'localhost:',
    'localhost:x',
    'user@localhost',
    'localhost/',
    'localhost,evil',
    'é',
  ])('may not be odd: %s', (host) => expect(refusal({ host })).toBe(400));

  test('may be the bound name, and any address when the server listens on all', () => {
    expect(refusal({ host: 'gate.internal:8080', bound: 'gate.internal' })).toBeUndefined();
    expect(refusal({ host: '192.168.1.5:8080', bound: '0.0.0.0' })).toBeUndefined();
    expect(refusal({ host: '[2001:db8::5]:8080', bound: '::' })).toBeUndefined();
    expect(refusal({ host: 'evil.example', bound: '0.0.0.0' })).toBe(403);
  });

  test.each([
    ['weir.example', 'weir.example:8443', undefined],
    ['weir.example', 'WEIR.example.', undefined],
    ['weir.example:80', 'weir.example:81', 403],
    ['weir.example', 'sub.weir.example', 403],
    ['*.weir.example', 'sub.weir.example', undefined],
    ['*.weir.example', 'weir.example', 403],
    ['*.weir.example', 'evilweir.example', 403],
    ['*', 'anything.example', undefined],
  ])('with server.allowed_hosts [%s], %s gets %s', (allowed, host, status) => {
    expect(refusal({ host, allowed: [allowed] })).toBe(status);
  });

  test('may be missing in HTTP/1.0 only', () => {
    expect(refusal({ httpVersion: '1.0' })).toBeUndefined();
  });

  test('may not come twice', () => {
    expect(refusal({ host: 'localhost', rawHeaders: ['Host', 'localhost', 'HOST', 'evil.example'] })).toBe(400);
  });
});

describe('the Origin header', () => {
  test.each([
    ['http://localhost:8080', 'localhost:8080', undefined],
    ['https://weir.example', 'weir.example:443', undefined],
    ['http://localhost:3000', 'localhost:8080', 403],
    ['http://evil.example', 'localhost:8080', 403],
    ['http://127.0.0.1:8080', 'localhost:8080', 403],
    ['null', 'localhost', 403],
    ['file://', 'localhost', 403],
    ['chrome-extension://abcdef', 'localhost', 403],
    ['', 'localhost', 403],
  ])('%s at host %s gets %s', (origin, host, status) => {
    expect(refusal({ origin, host, allowed: ['weir.example:443'] })).toBe(status);
  });

  test('may be an allowed name when a proxy changed Host; * allows no origin', () => {
    expect(refusal({ origin: 'https://weir.example', host: 'localhost', allowed: ['weir.example'] })).toBeUndefined();
    expect(refusal({ origin: 'https://evil.example', host: 'localhost', allowed: ['*'] })).toBe(403);
  });
});
