import { newSessionSchema, type SessionObject, sessionEndSchema, sessionSchema } from '@weir/contract';
import type { FastifyReply } from 'fastify';
import type { Key } from '../../../../features/access/key-store.ts';
import type { AuditLog } from '../../../../features/audit/audit-log.ts';
import type { Session } from '../../../../features/sessions/sessions.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../../route.ts';
import { readBody } from '../../../server.ts';
import { iso } from '../instants.ts';

export interface SessionRouteServices {
  readonly sessions: {
    signIn(secret: string, address: string): Session<Key>;
    signOut(session: Session<Key>): Promise<void>;
  };
  /** The Set-Cookie value that gives a browser its session, or takes it away. */
  readonly cookie: (request: WeirRequest, session: Session<Key> | undefined) => string;
  readonly audit: Pick<AuditLog, 'record'>;
}

/** Sign-in for browsers: a cookie in place of the key, which no script and no storage of the browser ever holds. */
export function sessionRoutes(services: SessionRouteServices): RouteSpec[] {
  const common = { path: '/api/v1/session', errors: 'weir', tag: 'Access' } as const;
  return [
    {
      ...common,
      method: 'POST',
      permission: 'public',
      summary: 'Sign in with a key: sets the session cookie',
      body: newSessionSchema,
      reply: sessionSchema,
      handle: (request, reply) => signIn(request, reply, services),
    },
    {
      ...common,
      method: 'GET',
      permission: 'view',
      summary: 'Who is signed in',
      reply: sessionSchema,
      handle: (request) => shown(keyOf(request), request.weirSession),
    },
    {
      ...common,
      method: 'DELETE',
      permission: 'view',
      summary: 'Sign out',
      reply: sessionEndSchema,
      handle: (request, reply) => signOut(request, reply, services),
    },
  ];
}

async function signIn(request: WeirRequest, reply: FastifyReply, services: SessionRouteServices) {
  const { key: secret } = readBody(request, newSessionSchema);
  const session = services.sessions.signIn(secret, request.ip);
  const { key } = session;
  await services.audit.record({
    ...{ projectId: key.projectId, actor: key.id },
    ...{ action: 'session.create', object: key.id, detail: {} },
  });
  reply.header('set-cookie', services.cookie(request, session)).header('cache-control', 'no-store');
  return shown(key, session);
}

async function signOut(request: WeirRequest, reply: FastifyReply, services: SessionRouteServices) {
  const session = request.weirSession;
  if (session === undefined) return { signed_out: false };
  await services.sessions.signOut(session);
  reply.header('set-cookie', services.cookie(request, undefined));
  return { signed_out: true };
}

function shown(key: Key, session: Session<Key> | undefined): SessionObject {
  return {
    key_id: key.id,
    name: key.name,
    role: key.role,
    project_id: key.projectId,
    csrf_token: session?.csrfToken ?? null,
    expires_at: session === undefined ? null : iso(session.expiresAt),
  };
}
