import type { IncomingHttpHeaders } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Key } from '../features/access/key-store.ts';
import type { Session } from '../features/sessions/sessions.ts';
import { invalidRequest, isWeirError, toWeirError, WeirError } from '../kernel/errors.ts';
import { requestId } from '../kernel/ids.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import type { Clock } from '../ports/clock.ts';
import { type ErrorEncoder, errorHeaders } from './error-body.ts';
import { type Idempotency, replayOrKeep } from './idempotent-reply.ts';
import { isForm } from './multipart/scan-form.ts';
import { readJson } from './read-json.ts';
import { type HostPolicy, hostGuard } from './request-guard-hosts.ts';
import { assertJsonWithin, DEFAULT_JSON_LIMITS, type JsonLimits } from './request-guard-json.ts';
import { lingerOn, refuseOnSocket } from './request-guard-sockets.ts';
import type { ErrorShape, RouteSpec, WeirRequest } from './route.ts';

export interface ServerServices {
  /** The caller of a request to a route. Throws `auth.*`. */
  readonly authenticate: (headers: IncomingHttpHeaders, route: RouteSpec) => Key;
  /** The session of a request that brings one in place of a key. Throws `auth.*`. Absent: keys only. */
  readonly sessionOf?: (headers: IncomingHttpHeaders, route: RouteSpec) => FoundSession | undefined;
  readonly clock: Clock;
  readonly errors: ErrorEncoder;
  readonly maxBodyBytes: number;
  /** Absent: the defaults of the configuration. */
  readonly jsonLimits?: JsonLimits;
  /** Absent: only loopback names. */
  readonly hosts?: HostPolicy;
  /** How long headers, and whole requests, may take to arrive, in milliseconds; absent: the defaults of the configuration. */
  readonly arrival?: { readonly headersMs: number; readonly requestMs: number };
  readonly idempotency: Idempotency;
  /** Unexpected failures go to the log with the request id; the client sees neither stack nor cause. */
  readonly report: (error: WeirError, requestId: string) => void;
  /** Asked before a call's body is read: why it is refused just now; absent: never. */
  readonly overload?: () => WeirError | undefined;
  /** Told of what the HTTP parser refused, which never became a request; absent: nobody is. */
  readonly refused?: (error: WeirError, requestId: string) => void;
}

export interface FoundSession {
  readonly session: Session<Key>;
  /** Set-Cookie value, when the browser must keep another one. */
  readonly cookie: string | undefined;
}

/** The HTTP server from the route table. Bodies stay raw bytes; each route says who may use it and how its errors look. */
export function createServer(routes: readonly RouteSpec[], services: ServerServices): FastifyInstance {
  const { headersMs, requestMs } = services.arrival ?? { headersMs: 60_000, requestMs: 300_000 };
  const app = Fastify({
    logger: false,
    bodyLimit: services.maxBodyBytes,
    exposeHeadRoutes: false,
    // No route has a schema of Fastify's: bodies stay bytes. Its compilers would be loaded all the same, a hundred files.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    requestTimeout: requestMs,
    keepAliveTimeout: 72_000,
    http: {
      headersTimeout: headersMs,
      maxHeaderSize: 32_768,
      connectionsCheckingInterval: Math.min(30_000, headersMs, requestMs),
      // A missing one is refused with the others that are wrong, in the client's wire.
      requireHostHeader: false,
    },
    clientErrorHandler: (failure, socket) =>
      refuseOnSocket(failure, socket, (error) => {
        const id = requestId(services.clock.now());
        services.refused?.(error, id);
        return { id, body: services.errors.body(error, 'openai', id) };
      }),
  });
  const assertOurHost = hostGuard(services.hosts ?? { boundHost: '127.0.0.1', allowedHosts: [] });
  app.removeAllContentTypeParsers();
  const asItIs = (_request: FastifyRequest, body: Buffer, done: (error: null, body: Buffer) => void) =>
    done(null, body);
  // By its name it is found without taking the header apart.
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, asItIs);
  app.addContentTypeParser('*', { parseAs: 'buffer' }, asItIs);
  app.decorateRequest('weirKey', undefined);
  app.decorateRequest('weirSession', undefined);
  app.decorateRequest('weirId', '');
  app.addHook('onRequest', (request, _reply, done) => {
    (request as WeirRequest).weirId = requestId(services.clock.now());
    assertOurHost(request.raw);
    done();
  });
  for (const route of routes) register(app, route, services);
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsAt(routes, request);
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    const error =
      allowed.length > 0
        ? new WeirError('method.not_allowed')
        : new WeirError('resource.not_found', {
            message: `There is no ${request.method} ${pathOf(request)}. GET /api/docs lists what there is.`,
          });
    const shape = routes.find((route) => fits(route.path.split('/'), pathOf(request).split('/')))?.errors;
    send(reply, error, { shape: shape ?? shapeOf(request), id: newId(request, services), services });
  });
  app.setErrorHandler((thrown, request, reply) => {
    const error = translate(thrown, services.maxBodyBytes);
    const id = (request as WeirRequest).weirId || newId(request, services);
    if (error.code === 'bug') services.report(error, id);
    send(reply, error, { shape: shapeOf(request), id, services });
  });
  return app;
}

function noSchemas(): never {
  throw new Error('routes validate in their own code');
}

function register(app: FastifyInstance, route: RouteSpec, services: ServerServices): void {
  if (route.permission === undefined) throw new Error(`${route.method} ${route.path} declares no permission`);
  app.route({
    method: route.method,
    url: route.path,
    config: { errors: route.errors },
    onRequest(request, reply, done) {
      if (route.permission !== 'public') identify(request as WeirRequest, reply, { route, services });
      if (route.opensBody !== true) assertPlain(request);
      if (takesCalls(route)) {
        const overload = services.overload?.();
        if (overload !== undefined) throw overload;
      }
      done();
    },
    handler(request, reply) {
      const weir = request as WeirRequest;
      if (request.body instanceof Buffer && route.opensBody !== true && !isForm(request.headers['content-type'])) {
        assertJsonWithin(request.body, services.jsonLimits ?? DEFAULT_JSON_LIMITS);
      }
      if (request.headers['idempotency-key'] !== undefined) return handleOnce(weir, reply, { route, services });
      return answered(route.handle(weir, reply), reply, route);
    },
  });
}

/** Who asks: a key, or the session of somebody who signed in. */
function identify(
  request: WeirRequest,
  reply: FastifyReply,
  { route, services }: { route: RouteSpec; services: ServerServices },
): void {
  const { headers } = request;
  const found = headers.cookie === undefined ? undefined : services.sessionOf?.(headers, route);
  request.weirSession = found?.session;
  request.weirKey = found?.session.key ?? services.authenticate(headers, route);
  if (found?.cookie !== undefined) reply.header('set-cookie', found.cookie);
}

/** A request with an Idempotency-Key: the kept reply when there is one. */
async function handleOnce(
  request: WeirRequest,
  reply: FastifyReply,
  of: { route: RouteSpec; services: ServerServices },
): Promise<unknown> {
  const { route, services } = of;
  const replayed = await replayOrKeep(request, reply.raw, { route, idempotency: services.idempotency });
  return replayed ? reply.hijack() : answered(route.handle(request, reply), reply, route);
}

/** Sends what a route gave; nothing when it answered by itself. */
async function answered(handling: unknown, reply: FastifyReply, route: RouteSpec): Promise<FastifyReply> {
  const result = await handling;
  if (reply.sent || reply.raw.headersSent || result === undefined) return reply;
  reply.code(route.status ?? 200).header('x-request-id', (reply.request as WeirRequest).weirId);
  return reply.type('application/json').send(JSON.stringify(result));
}

/** Requests that may cost a provider's time and ours. */
function takesCalls(route: RouteSpec): boolean {
  return route.method === 'POST' && route.permission === 'call';
}

/** Compressed bodies are not read: what they grow to is not known before. */
function assertPlain(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  throw new WeirError('request.invalid', {
    status: 415,
    param: 'content-encoding',
    message: 'content-encoding: bodies are taken uncompressed only.',
  });
}

/** Methods that the table has for the path of a request that found no route. */
function methodsAt(routes: readonly RouteSpec[], request: FastifyRequest): string[] {
  const path = pathOf(request).split('/');
  return [...new Set(routes.filter((route) => fits(route.path.split('/'), path)).map(({ method }) => method))];
}

/** Does a path have the form of a route's path? */
function fits(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.at(-1) !== '*' && pattern.length !== path.length) return false;
  return pattern.every(
    (part, at) => part === '*' || (part.startsWith(':') ? (path[at] ?? '') !== '' : part === path[at]),
  );
}

function hasMuchToCome({ raw }: FastifyRequest): boolean {
  if (raw.complete) return false;
  return raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length']) > UNREAD_BYTES;
}

/** A rest of this size is read and forgotten sooner than another connection is made. */
const UNREAD_BYTES = 65_536;

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
  throw invalidRequest(param, keys === undefined ? (issue?.message ?? 'is not valid') : 'unknown field');
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
  // The rest of a body that nobody will read must not keep the connection busy.
  if (hasMuchToCome(reply.request)) {
    reply.header('connection', 'close');
    lingerOn(reply.request.raw.socket);
  }
  reply
    .code(error.status)
    .headers({
      ...errorHeaders(error, { retriesSpent: false, shape: of.shape }),
      'x-request-id': of.id,
      'request-id': of.id,
    })
    .type('application/json')
    .send(of.services.errors.body(error, of.shape, of.id));
}

/** Routes say how their errors look; unknown paths are judged by the client's own headers. */
function shapeOf(request: FastifyRequest): ErrorShape {
  const declared = (request.routeOptions?.config as { errors?: ErrorShape } | undefined)?.errors;
  if (request.headers['anthropic-version'] !== undefined && declared !== 'weir') return 'anthropic';
  if (declared !== undefined) return declared;
  const path = pathOf(request);
  if (path.startsWith('/anthropic/')) return 'anthropic';
  return path.startsWith('/api/') ? 'weir' : 'openai';
}

function pathOf(request: FastifyRequest): string {
  return (request.url.split('?')[0] ?? '').slice(0, 200);
}

function newId(request: FastifyRequest, services: ServerServices): string {
  return (request as WeirRequest).weirId || requestId(services.clock.now());
}
