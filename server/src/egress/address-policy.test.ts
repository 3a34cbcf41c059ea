import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressPolicy, assertPublicAddress, parseCidr } from './address-policy.ts';

const permits = addressPolicy([]);

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.1.1',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::FFFF:169.254.169.254',
  '0:0:0:0:0:ffff:a9fe:a9fe',
  '64:ff9b::169.254.169.254',
  '64:ff9b:1::7f00:1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2002:7f00:1::',
  '2002:a9fe:a9fe::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
  '0x7f.1',
])('%s is refused', (address) => {
  expect(permits(address)).toBe(false);
});

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '192.0.1.1', '::ffff:8.8.8.8', '2606:4700::1111', '2a00:1450::5'])(
  '%s is permitted',
  (address) => {
    expect(permits(address)).toBe(true);
  },
);

test('an allowed block is permitted, also mapped into IPv6, and nothing next to it', () => {
  const some = addressPolicy(['10.1.0.0/16', 'fd12::/16', '192.168.7.9']);
  expect(some('10.1.2.3')).toBe(true);
  expect(some('::ffff:10.1.2.3')).toBe(true);
  expect(some('::ffff:a01:203')).toBe(true);
  expect(some('fd12::9')).toBe(true);
  expect(some('192.168.7.9')).toBe(true);
  expect(some('10.2.0.1')).toBe(false);
  expect(some('fd13::9')).toBe(false);
  expect(some('192.168.7.8')).toBe(false);
});

test('an IPv4 address is judged the same in all its IPv6 spellings', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.tuple(octet, octet, octet, octet), ([a, b, c, d]) => {
      const plain = `${a}.${b}.${c}.${d}`;
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      const verdict = permits(plain);
      expect(permits(`::ffff:${plain}`)).toBe(verdict);
      expect(permits(`::ffff:${hex}`)).toBe(verdict);
      expect(permits(`0:0:0:0:0:FFFF:${hex.toUpperCase()}`)).toBe(verdict);
      expect(permits(`::${hex}`)).toBe(false);
      expect(permits(`64:ff9b::${hex}`)).toBe(false);
      expect(permits(`2002:${hex}::`)).toBe(false);
    }),
  );
});

test('a lookup gives no private address to a socket, whatever the name', async () => {
  const lookup = assertPublicAddress([]);
  const error = await new Promise((resolve) => lookup('localhost', { all: true }, (failure) => resolve(failure)));
  expect(error).toMatchObject({ code: 'WEIR_EGRESS_DENIED' });
  const allowed = assertPublicAddress(['127.0.0.0/8', '::1']);
  const failure = await new Promise((resolve) => allowed('localhost', { all: true }, (error) => resolve(error)));
  expect(failure).toBeNull();
});

test.each(['10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/x', 'example.com/8', '::/129', ''])(
  '%j is no address block',
  (text) => {
    expect(() => parseCidr(text)).toThrow(/address block/);
  },
);
