import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { WeirError } from '../kernel/errors.ts';

export interface HostPolicy {
  /** The address the server listens on. */
  readonly boundHost: string;
  /** More names that clients may call it by: `name`, `name:port`, `*.name`, or `*` for all. */
  readonly allowedHosts: readonly string[];
}

/**
 * Throws unless a request names this server in `Host`, once, and comes from no other site's page. A page whose own name
 * is made to point at this machine can send requests here, but cannot change these two headers.
 */
export function hostGuard(policy: HostPolicy): (request: IncomingMessage) => void {
  const accepted = new Set<string>();
  return (request) => {
    const { host = '', origin } = request.headers;
    if (!accepted.has(host)) {
      if (host === '' && request.httpVersion === '1.0') return;
      assertNamed(parseHost(host), policy);
      // Names of an attacker's choice below a permitted one must not fill the memory.
      if (accepted.size > 1000) accepted.clear();
      accepted.add(host);
    }
    if (countOf(request.rawHeaders, 'host') > 1) throw badHost('is sent more than once');
    if (origin !== undefined) assertSameOrigin(origin, host, policy);
  };
}

interface Place {
  readonly name: string;
  readonly port: string;
}

function parseHost(host: string): Place {
  const parts = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::(\d{1,5}))?$/i.exec(host);
  if (parts === null) throw badHost(host === '' ? 'is missing' : 'is not a name or address with an optional port');
  return { name: plainName(parts[1] ?? ''), port: parts[2] ?? '' };
}

function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\[|\]$/g, '');
}

function assertNamed(place: Place, policy: HostPolicy): void {
  const { name } = place;
  if (isLoopback(name) || name === plainName(policy.boundHost)) return;
  // Whoever listens on every address is called by any of them; a page cannot make its name look like an address.
  if (isIP(name) !== 0 && isEveryAddress(policy.boundHost)) return;
  if (policy.allowedHosts.some((allowed) => allowed === '*' || matches(allowed, place))) return;
  throw new WeirError('auth.denied', {
    param: 'host',
    message: `host: "${name.slice(0, 100)}" is not a name of this server; server.allowed_hosts lists more names.`,
  });
}

function assertSameOrigin(origin: string, host: string, policy: HostPolicy): void {
  const from = URL.parse(origin);
  if (from !== null && /^https?:$/.test(from.protocol)) {
    const place = { name: plainName(from.hostname), port: from.port };
    const own = parseHost(host === '' ? 'localhost' : host);
    if (place.name === own.name && samePort(place.port, own.port)) return;
    // Behind a proxy that changes Host, the name that browsers see is one of these.
    if (policy.allowedHosts.some((allowed) => matches(allowed, place))) return;
  }
  throw new WeirError('auth.denied', {
    param: 'origin',
    message: 'origin: requests from pages of other origins are not taken; server.allowed_hosts lists more names.',
  });
}

function matches(allowed: string, { name, port }: Place): boolean {
  const [wanted = '', wantedPort] = splitPort(allowed);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const plain = plainName(wanted);
  return plain.startsWith('*.') ? name.endsWith(plain.slice(1)) : name === plain;
}

function splitPort(allowed: string): [string, string | undefined] {
  const parts = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(allowed);
  return parts === null ? [allowed, undefined] : [parts[1] ?? '', parts[2]];
}

/** Host leaves the scheme's own port out or not, and a proxy may end TLS. */
function samePort(left: string, right: string): boolean {
  const plain = (port: string) => (port === '80' || port === '443' ? '' : port);
  return plain(left) === plain(right);
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === '';
}

function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const header = rawHeaders[at] ?? '';
    if (header.length === name.length && header.toLowerCase() === name) count++;
  }
  return count;
}

function badHost(what: string): WeirError {
  return new WeirError('request.invalid', { param: 'host', message: `host: the header ${what}.` });
}
