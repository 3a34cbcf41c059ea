import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../config/schema.ts';
import { assertMayUse, type GuardedRoute, secretOf } from '../features/access/authenticate.ts';
import type { Key } from '../features/access/key-store.ts';
import { type Session, Sessions } from '../features/sessions/sessions.ts';
import type { SessionRouteServices } from '../http/routes/management/session/session-routes.ts';
import type { FoundSession } from '../http/server.ts';
import { sessionCookie, sessionTokenOf } from '../http/session-cookie.ts';
import type { Clock } from '../ports/clock.ts';
import type { Stores } from './stores.ts';

export interface ComposedSessions extends Pick<SessionRouteServices, 'sessions' | 'cookie'> {
  /** The session of a request without a key; undefined when it brings none, or the route takes keys only. */
  sessionOf(headers: IncomingHttpHeaders, route: GuardedRoute): FoundSession | undefined;
  prune(): Promise<void>;
}

/** Sessions of people, which open what their key opens. */
export async function composeSessions(of: {
  stores: Stores;
  clock: Clock;
  config: () => Config;
}): Promise<ComposedSessions> {
  const { stores, clock, config } = of;
  const sessions = await Sessions.open<Key>({
    ...{ storage: stores.storage, changes: stores.changes, keys: stores.keys, clock },
    secret: stores.masterKey.derive('weir sessions'),
    settings: () => config().sessions,
  });
  const cookieFor = (session: Session<Key> | undefined, secure: boolean) =>
    sessionCookie(session?.token ?? '', {
      maxAgeS: session === undefined ? 0 : Math.ceil((session.expiresAt - clock.now()) / 1000),
      secure: secure || config().sessions.secure_cookie === 'always',
    });
  return {
    sessions,
    cookie: ({ headers }, session) => cookieFor(session, saysTls(headers)),
    sessionOf(headers, route) {
      const token = sessionTokenOf(headers);
      if (token === undefined || !isOwnApi(route) || secretOf(headers) !== undefined) return undefined;
      const session = sessions.find(token);
      assertMayUse(session.key, route);
      if (route.method !== 'GET' && route.method !== 'HEAD') sessions.assertSent(headers['x-weir-csrf'], session);
      return { session, cookie: session.token === token ? undefined : cookieFor(session, saysTls(headers)) };
    },
    prune: () => sessions.prune(),
  };
}

/** What people look up to choose a model. */
const LOOKED_UP = ['/v1/models', '/v1/capabilities'];

/**
 * The wires of providers take keys only: their clients are programs. A playground calls a model through Weir's own API,
 * where the same pipeline answers.
 */
function isOwnApi({ method, path, permission }: GuardedRoute): boolean {
  return path.startsWith('/api/') || permission !== 'call' || (method === 'GET' && LOOKED_UP.includes(path));
}

/** A proxy that ended TLS says so. Who lies to us only loses the cookie. */
function saysTls(headers: IncomingHttpHeaders): boolean {
  const said = headers['x-forwarded-proto'];
  return typeof said === 'string' && /^https\b/.test(said);
}
