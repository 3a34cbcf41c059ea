import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Key } from '../features/access/key-store.ts';
import type { Permission } from '../features/access/roles.ts';
import type { Session } from '../features/sessions/sessions.ts';

/** In which shape a route's errors are written. */
export type ErrorShape = 'openai' | 'anthropic' | 'weir';

/** One row of the route table: what the server registers, what OpenAPI shows, what the permission matrix tests. */
export interface RouteSpec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  /** Fastify path: `/api/v1/keys/:id`. */
  readonly path: string;
  /** A route without one is a start-up error. */
  readonly permission: Permission;
  readonly errors: ErrorShape;
  /** Group in the reference page. */
  readonly tag: string;
  /** One line for the reference page. */
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly reply?: z.ZodType;
  /** Status of success; 200 when absent. */
  readonly status?: number;
  /** True: the route opens compressed bodies itself, and bounds what is in them; others take plain JSON within the server's limits. */
  readonly opensBody?: boolean;
  /** False for aliases (paths without /v1) that the reference page need not repeat. */
  readonly documented?: boolean;
  /** Gives the JSON reply, or undefined when it answered through `reply` itself. */
  readonly handle: (request: WeirRequest, reply: FastifyReply) => unknown;
}

/** A request after authentication: `body` is the raw bytes. */
export interface WeirRequest extends FastifyRequest {
  /** Undefined only on public routes. */
  weirKey: Key | undefined;
  /** Undefined when a key came with the request. */
  weirSession: Session<Key> | undefined;
  weirId: string;
}

/** The key of a request that passed authentication. */
export function keyOf(request: WeirRequest): Key {
  if (request.weirKey === undefined) throw new Error('a public route asked for its caller');
  return request.weirKey;
}
