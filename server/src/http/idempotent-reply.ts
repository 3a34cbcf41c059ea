import { hash } from 'node:crypto';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { StoredReply } from '../features/idempotency/idempotent-replies.ts';
import type { RouteSpec, WeirRequest } from './route.ts';

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

const INCOMPLETE = Symbol('incomplete reply');

/** A stream that ended with an error has status 200 and is yet no reply to keep. */
export function markIncomplete(response: ServerResponse): void {
  (response as { [INCOMPLETE]?: true })[INCOMPLETE] = true;
}

const KEPT = Symbol('kept reply');

/** True while the bytes of a reply are kept to be replayed: what is written must be the reply itself. */
export function isKept(response: ServerResponse): boolean {
  return (response as { [KEPT]?: true })[KEPT] === true;
}

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
  const key = request.weirKey;
  // Without a key nobody's reply is kept: public routes, and those that another thread answers, which keeps it there.
  if (key === undefined || of.route.method !== 'POST') return false;
  if (typeof idempotencyKey !== 'string' || idempotencyKey === '') return false;
  const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
  const beginning = await of.idempotency.begin({
    projectId: key.projectId,
    keyId: key.id,
    route: `${of.route.method} ${request.url.split('?', 1)[0]}`,
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
  (response as { [KEPT]?: true })[KEPT] = true;
  const pieces: Buffer[] = [];
  let ended = false;
  let contentType = 'application/json';
  const writeHead = response.writeHead.bind(response) as (
    status: number,
    headers?: OutgoingHttpHeaders,
  ) => ServerResponse;
  const write = response.write.bind(response) as (chunk: unknown, ...rest: unknown[]) => boolean;
  const end = response.end.bind(response) as (chunk?: unknown) => ServerResponse;
  const take = (chunk: unknown) => {
    if (typeof chunk === 'string') pieces.push(Buffer.from(chunk));
    else if (chunk instanceof Uint8Array) pieces.push(Buffer.from(chunk));
  };
  response.writeHead = ((status: number, headers?: OutgoingHttpHeaders) => {
    contentType = String(headers?.['content-type'] ?? response.getHeader('content-type') ?? contentType);
    return writeHead(status, headers);
  }) as ServerResponse['writeHead'];
  response.write = ((chunk: unknown, ...rest: unknown[]) => {
    take(chunk);
    return write(chunk, ...rest);
  }) as ServerResponse['write'];
  response.end = ((chunk?: unknown) => {
    take(chunk);
    ended = true;
    const settled = isIncomplete(response)
      ? idempotency.abandon(ticket)
      : idempotency.finish(ticket, {
          status: response.statusCode,
          headers: { 'content-type': contentType },
          body: Buffer.concat(pieces),
        });
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

function isIncomplete(response: ServerResponse): boolean {
  return (response as { [INCOMPLETE]?: true })[INCOMPLETE] === true;
}
