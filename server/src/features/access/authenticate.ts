import type { IncomingHttpHeaders } from 'node:http';
import { WeirError } from '../../kernel/errors.ts';
import { isKeyShaped } from './key-format.ts';
import type { Key, KeyStore } from './key-store.ts';
import { holds, type Permission } from './roles.ts';

/** What authentication must know of a route. */
export interface GuardedRoute {
  readonly method: string;
  readonly path: string;
  readonly permission: Permission;
}

/** The caller of a request. Throws `auth.missing`, `auth.invalid` or `auth.denied`. */
export function authenticate(
  headers: IncomingHttpHeaders,
  route: GuardedRoute,
  keys: Pick<KeyStore, 'authenticate'>,
): Key {
  const secret = secretOf(headers) ?? basicSecretOf(headers, route);
  if (secret === undefined) throw new WeirError('auth.missing');
  const key = keys.authenticate(secret);
  assertMayUse(key, route);
  return key;
}

/** Throws `auth.denied` unless the key's role and scopes open the route. */
export function assertMayUse(key: Key, route: GuardedRoute): void {
  if (!holds(key.role, route.permission)) {
    throw new WeirError('auth.denied', {
      message: `This key's role "${key.role}" may not ${route.method} ${route.path}.`,
    });
  }
  const endpoints = key.scopes.endpoints;
  if (endpoints !== undefined && !endpoints.some((allowed) => endpointMatches(allowed, route.path))) {
    throw new WeirError('auth.denied', { message: `This key may only use: ${endpoints.join(', ') || 'nothing'}.` });
  }
}

/** `Authorization: Bearer`, `x-api-key` or `api-key`; when several arrive, the one that is a Weir key. */
export function secretOf(headers: IncomingHttpHeaders): string | undefined {
  const bearer = headers.authorization;
  const isAlone =
    headers['x-api-key'] === undefined && headers['api-key'] === undefined && headers['x-goog-api-key'] === undefined;
  if (isAlone && bearer?.startsWith('Bearer ') === true && bearer.length > 7) {
    const secret = bearer.slice(7).trim();
    return secret === '' ? undefined : secret;
  }
  const candidates = [
    bearer !== undefined && /^bearer /i.test(bearer) ? bearer.slice(7).trim() : undefined,
    single(headers['x-api-key']),
    single(headers['api-key']),
    single(headers['x-goog-api-key']),
  ].filter((secret) => secret !== undefined && secret !== '');
  if (candidates.length < 2) return candidates[0];
  return candidates.find((secret) => isKeyShaped(secret as string)) ?? candidates[0];
}

/** Clients of another product's API at that address know user and password only: the password is the key. */
function basicSecretOf({ authorization }: IncomingHttpHeaders, { path }: GuardedRoute): string | undefined {
  if (authorization === undefined || !path.startsWith('/api/public/') || !/^basic /i.test(authorization))
    return undefined;
  const decoded = Buffer.from(authorization.slice(6).trim(), 'base64').toString();
  const secret = decoded.slice(decoded.indexOf(':') + 1);
  return decoded.includes(':') && secret !== '' ? secret : undefined;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** `/v1/chat/completions` also allows its aliases below another prefix. */
function endpointMatches(allowed: string, path: string): boolean {
  if (allowed.endsWith('*')) return path.startsWith(allowed.slice(0, -1));
  return path === allowed || path.replace(/^\/(openai|anthropic)(?=\/)/, '') === allowed;
}
