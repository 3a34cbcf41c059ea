import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const PRIVATE: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Unspecified, loopback, and IPv4 addresses in the form long given up.
  ['::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fec0::', 10],
  ['100::', 64],
  ['2001:db8::', 32],
  // IPv4 addresses inside IPv6 ones: translation, Teredo, 6to4. Behind them may be anything, loopback included.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
];

/** True for loopback, private, link-local, shared, metadata, multicast and reserved addresses, also mapped into IPv6. */
export function addressPolicy(allow: readonly string[]): (address: string) => boolean {
  const blocked = listOf(PRIVATE);
  const allowed = listOf(allow.map(parseCidr));
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const version = isIP(plain);
    if (version === 0) return false;
    const family = version === 6 ? 'ipv6' : 'ipv4';
    return allowed.check(plain, family) || !blocked.check(plain, family);
  };
}

/**
 * A DNS lookup for sockets that refuses names and addresses outside the policy. The socket connects to the address that
 * was checked, so a second answer of the name server cannot change it.
 */
export function assertPublicAddress(allow: readonly string[]): LookupFunction {
  const permits = addressPolicy(allow);
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, '', 0);
      const refused = addresses.find(({ address }) => !permits(address));
      const first = addresses[0];
      if (refused !== undefined || first === undefined) return callback(new EgressDenied(hostname), '', 0);
      if (options.all === true) callback(null, addresses as never, 0);
      else callback(null, first.address, first.family);
    });
  };
}

/** Do all addresses of a host name pass the policy? A name that does not resolve does not. */
export function resolvesToPermitted(hostname: string, permits: (address: string) => boolean): Promise<boolean> {
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) return Promise.resolve(permits(literal));
  return new Promise((resolve) => {
    dnsLookup(hostname, { all: true }, (error, addresses) => {
      resolve(error === null && addresses.length > 0 && addresses.every(({ address }) => permits(address)));
    });
  });
}

/** Code of the error below. */
export const EGRESS_DENIED = 'WEIR_EGRESS_DENIED';

/** The name leads to an address that the egress policy does not allow. */
export class EgressDenied extends Error {
  readonly code = EGRESS_DENIED;

  constructor(hostname: string) {
    super(`The address of ${hostname} is private or reserved; name it in egress.allow to permit it.`);
  }
}

export function parseCidr(text: string): [string, number] {
  const [address = '', bits] = text.split('/');
  const version = isIP(address);
  const width = bits === undefined ? (version === 6 ? 128 : 32) : Number(bits);
  if (version === 0 || !Number.isInteger(width) || width < 0 || width > (version === 6 ? 128 : 32)) {
    throw new Error(`"${text}" is not an address block such as 10.1.0.0/16`);
  }
  return [address, width];
}

function listOf(blocks: readonly [string, number][]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of blocks) list.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
