import type { IncomingHttpHeaders } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Key } from '../features/access/key-store.ts';
import { isWeirError, toWeirError, WeirError } from '../kernel/errors.ts';
import { requestId } from '../kernel/ids.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import type { Clock } from '../ports/clock.ts';
import { type ErrorEncoder, errorHeaders } from './error-body.ts';
import { type Idempotency, replayOrKeep } from './idempotent-reply.ts';
import { readJson } from './read-json.ts';
import type { ErrorShape, RouteSpec, WeirRequest } from './route.ts';

export interface ServerServices {
  /** The caller of a request to a route. Throws `auth.*`. */
  readonly authenticate: (headers: IncomingHttpHeaders, route: RouteSpec) => Key;
  readonly clock: Clock;
  readonly errors: ErrorEncoder;
  readonly maxBodyBytes: number;
  readonly idempotency: Idempotency;
  /** Unexpected failures go to the log with the request id; the client sees neither stack nor cause. */
  readonly report: (error: WeirError, requestId: string) => void;
}

/** The HTTP server from the route table. Bodies stay raw bytes; each route says who may use it and how its errors look. */
export function createServer(routes: readonly RouteSpec[], services: ServerServices): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: services.maxBodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    requestTimeout: 0,
    keepAliveTimeout: 72_000,
    http: { headersTimeout: 60_000, maxHeaderSize: 32_768 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.decorateRequest('weirKey', undefined);
  app.decorateRequest('weirId', '');
  for (const route of routes) register(app, route, services);
  app.setNotFoundHandler((request, reply) => {
    const known = routes.some((route) => route.path === request.url.split('?')[0]);
    const error = known
      ? new WeirError('method.not_allowed')
      : new WeirError('resource.not_found', {
          message: `There is no ${request.method} ${pathOf(request)}. GET /api/docs lists what there is.`,
        });
    send(reply, error, { shape: shapeOf(request), id: newId(request, services), services });
  });
  app.setErrorHandler((thrown, request, reply) => {
    const error = translate(thrown, services.maxBodyBytes);
    const id = (request as WeirRequest).weirId || newId(request, services);
    if (error.code === 'bug') services.report(error, id);
    send(reply, error, { shape: shapeOf(request), id, services });
  });
  return app;
}

function register(app: FastifyInstance, route: RouteSpec, services: ServerServices): void {
  if (route.permission === undefined) throw new Error(`${route.method} ${route.path} declares no permission`);
  app.route({
    method: route.method,
    url: route.path,
    config: { errors: route.errors },
    onRequest(request, _reply, done) {
      const weir = request as WeirRequest;
      weir.weirId = requestId(services.clock.now());
      if (route.permission !== 'public') weir.weirKey = services.authenticate(request.headers, route);
      done();
    },
    async handler(request, reply) {
      const weir = request as WeirRequest;
      if (request.headers['idempotency-key'] !== undefined) {
        const replayed = await replayOrKeep(weir, reply.raw, { route, idempotency: services.idempotency });
        if (replayed) return reply.hijack();
      }
      const result = await route.handle(weir, reply);
      if (reply.sent || reply.raw.headersSent || result === undefined) return reply;
      reply.code(route.status ?? 200).header('x-request-id', (request as WeirRequest).weirId);
      return reply.type('application/json').send(JSON.stringify(result));
    },
  });
}

/** The JSON body of a management request, checked by the route's schema; errors name the field. */
export function readBody<T>(request: FastifyRequest, schema: z.ZodType<T>): T {
  const raw = request.body;
  const json: JsonObject = raw instanceof Buffer && raw.length > 0 ? readJson(raw) : {};
  return check(json, schema);
}

export function readQuery<T>(request: FastifyRequest, schema: z.ZodType<T>): T {
  return check(isObject(request.query) ? request.query : {}, schema);
}

function check<T>(value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : undefined;
  const param = keys ?? (path === '' ? 'body' : path);
  throw new WeirError('request.invalid', { param, message: `${param}: ${issue?.message ?? 'is not valid'}` });
}

function translate(thrown: unknown, maxBodyBytes: number): WeirError {
  if (isWeirError(thrown)) return thrown;
  const code = (thrown as { code?: string }).code ?? '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new WeirError('request.too_large', {
      message: `The body is larger than server.max_body_bytes (${maxBodyBytes}).`,
      details: { limit: maxBodyBytes },
    });
  }
  if (code.startsWith('FST_ERR_CTP') || code === 'FST_ERR_BAD_URL') {
    return new WeirError('request.invalid', { message: 'The request could not be read.', cause: thrown });
  }
  return toWeirError(thrown);
}

function send(
  reply: FastifyReply,
  error: WeirError,
  of: { shape: ErrorShape; id: string; services: ServerServices },
): void {
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  reply
    .code(error.status)
    .headers({ ...errorHeaders(error, false), 'x-request-id': of.id, 'request-id': of.id })
    .type('application/json')
    .send(of.services.errors.body(error, of.shape, of.id));
}

/** Routes say how their errors look; unknown paths are judged by the client's own headers. */
function shapeOf(request: FastifyRequest): ErrorShape {
  const declared = (request.routeOptions?.config as { errors?: ErrorShape } | undefined)?.errors;
  if (request.headers['anthropic-version'] !== undefined && declared !== 'weir') return 'anthropic';
  if (declared !== undefined) return declared;
  return pathOf(request).startsWith('/api/') ? 'weir' : 'openai';
}

function pathOf(request: FastifyRequest): string {
  return (request.url.split('?')[0] ?? '').slice(0, 200);
}

function newId(request: FastifyRequest, services: ServerServices): string {
  return (request as WeirRequest).weirId || requestId(services.clock.now());
}
