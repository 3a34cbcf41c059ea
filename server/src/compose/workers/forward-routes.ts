import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { RouteSpec, WeirRequest } from '../../http/route.ts';
import { LIVE_ROUTE } from '../../http/routes/management/live.ts';
import type { Link } from '../../workers/link.ts';

/** A request that another thread answers. */
export interface ForwardedRequest {
  readonly method: RouteSpec['method'];
  readonly url: string;
  readonly headers: WeirRequest['headers'];
  readonly body: Uint8Array | undefined;
  /** Where it came from: sign-ins are counted by it. */
  readonly address: string;
}

export interface ForwardedReply {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
}

export interface Forward {
  /** Answers like a request that came over the network, the caller's key included. */
  request(of: ForwardedRequest): Promise<ForwardedReply>;
}

/** Only calls are served in a worker thread; what has one state in the process is asked of the main thread. */
export function forwardRoutes(all: readonly RouteSpec[], link: Link): RouteSpec[] {
  const { request } = link.remote<Forward>('forward');
  const forward = async ({ method, url, headers, body, ip }: WeirRequest, reply: FastifyReply) => {
    const answer = await request({
      method: method as RouteSpec['method'],
      url,
      headers,
      body: body instanceof Buffer ? body : undefined,
      address: ip,
    });
    reply.code(answer.status);
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined && !OF_THE_CONNECTION.has(name)) reply.header(name, value);
    }
    reply.send(Buffer.from(answer.body));
  };
  return all.map((route) => (isServedHere(route) ? route : { ...route, permission: 'public', handle: forward }));
}

/** The main thread's side of `forwardRoutes`. */
export function answerForwarded(app: () => FastifyInstance): Forward {
  return {
    async request({ method, url, headers, body, address }) {
      const {
        statusCode,
        headers: sent,
        rawPayload,
      } = await app().inject({
        method,
        url,
        headers: withoutLength(headers),
        remoteAddress: address,
        ...(body === undefined ? {} : { payload: Buffer.from(body) }),
      });
      return { status: statusCode, headers: sent, body: rawPayload };
    },
  };
}

/**
 * Batches and runs go on in the main thread, so they begin and end there; so do the counts of samplers and the lines of logs.
 * Events of a run are read from the database as they come, and a forwarded reply would come whole.
 */
function isServedHere({ method, permission, path }: RouteSpec): boolean {
  if (path === EVENTS || path === LIVE_ROUTE.path) return true;
  return method === 'POST' && permission === 'call' && !IN_THE_MAIN_THREAD.test(path);
}

const EVENTS = '/api/executions/:id/events';
const IN_THE_MAIN_THREAD = /\/batches|\/patterns\/|\/v1\/logs$|^\/mcp$|^\/api\/(?:workflows|executions)\//;

function withoutLength({ ...headers }: WeirRequest['headers']): WeirRequest['headers'] {
  for (const name of OF_THE_CONNECTION) delete headers[name];
  return headers;
}

const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date']);
