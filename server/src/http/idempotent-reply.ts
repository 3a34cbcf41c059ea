import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { StoredReply } from '../features/idempotency/idempotent-replies.ts';
import { keyOf, type RouteSpec, type WeirRequest } from './route.ts';

/** What the http layer needs to answer a repeated Idempotency-Key; see features/idempotency. */
export interface Idempotency {
  begin(request: {
    projectId: string;
    keyId: string;
    route: string;
    idempotencyKey: string;
    bodyHash: string;
  }): Promise<{ kind: 'new'; ticket: { id: string; projectId: string } } | { kind: 'replay'; reply: StoredReply }>;
  finish(ticket: { id: string; projectId: string }, reply: StoredReply): Promise<void>;
  abandon(ticket: { id: string; projectId: string }): Promise<void>;
}

/** Failures that a repeat may turn into success are not kept. */
const NOT_KEPT: ReadonlySet<number> = new Set([408, 409, 425, 429, 499]);

/**
 * True when the reply was replayed. Otherwise the response keeps what it sends, and its last byte waits until the reply is
 * stored, so that a client that saw it whole can repeat it after a crash.
 */
export async function replayOrKeep(
  request: WeirRequest,
  response: ServerResponse,
  of: { route: RouteSpec; idempotency: Idempotency },
): Promise<boolean> {
  const idempotencyKey = request.headers['idempotency-key'];
  if (typeof idempotencyKey !== 'string' || idempotencyKey === '' || of.route.method !== 'POST') return false;
  const key = keyOf(request);
  const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
  const beginning = await of.idempotency.begin({
    projectId: key.projectId,
    keyId: key.id,
    route: `${of.route.method} ${of.route.path}`,
    idempotencyKey,
    bodyHash: hash('sha256', body, 'hex'),
  });
  if (beginning.kind === 'replay') {
    const { status, headers, body: kept } = beginning.reply;
    response.writeHead(status, { ...headers, 'content-length': kept.length, 'x-weir-replayed': 'true' });
    response.end(kept);
    return true;
  }
  keep(response, of.idempotency, beginning.ticket);
  return false;
}

function keep(response: ServerResponse, idempotency: Idempotency, ticket: { id: string; projectId: string }): void {
  const pieces: Buffer[] = [];
  let ended = false;
  const write = response.write.bind(response) as (chunk: unknown, ...rest: unknown[]) => boolean;
  const end = response.end.bind(response) as (chunk?: unknown) => ServerResponse;
  const take = (chunk: unknown) => {
    if (typeof chunk === 'string') pieces.push(Buffer.from(chunk));
    else if (chunk instanceof Uint8Array) pieces.push(Buffer.from(chunk));
  };
  response.write = ((chunk: unknown, ...rest: unknown[]) => {
    take(chunk);
    return write(chunk, ...rest);
  }) as ServerResponse['write'];
  response.end = ((chunk?: unknown) => {
    take(chunk);
    ended = true;
    const settled = isKept(response)
      ? idempotency.finish(ticket, {
          status: response.statusCode,
          headers: { 'content-type': String(response.getHeader('content-type') ?? 'application/json') },
          body: Buffer.concat(pieces),
        })
      : idempotency.abandon(ticket);
    settled.then(
      () => end(chunk),
      () => end(chunk),
    );
    return response;
  }) as ServerResponse['end'];
  response.once('close', () => {
    if (!ended) idempotency.abandon(ticket).catch(() => undefined);
  });
}

function isKept(response: ServerResponse): boolean {
  return response.statusCode < 500 && !NOT_KEPT.has(response.statusCode);
}
