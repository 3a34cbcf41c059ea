import { WeirError } from '../../kernel/errors.ts';
import { type Json, parseJson } from '../../kernel/json.ts';

export interface ServerRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface ServerReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks a server that the operator named; bounded in size and time. Rejects with `upstream.*`, and with the signal's reason. */
export type AskServer = (request: ServerRequest) => Promise<ServerReply>;

/** A reply of success as JSON. Throws `upstream.*` that names the source, never with what the server wrote: it may hold log lines. */
export function jsonOf(reply: ServerReply, source: string): Json {
  assertAnswered(reply, source);
  const json = parseJson(reply.body);
  if (json !== undefined) return json;
  throw badReply(source, 'answered with something that is not JSON');
}

export function assertAnswered({ status }: ServerReply, source: string): void {
  if (status >= 200 && status < 300) return;
  if (status === 401 || status === 403) {
    throw new WeirError('upstream.auth', {
      message: `The log source "${source}" refused the credentials of logs.sources.${source} (${status}).`,
    });
  }
  if (status === 429) {
    throw new WeirError('upstream.rate_limited', { message: `The log source "${source}" limits our requests.` });
  }
  if (status >= 500) {
    throw new WeirError('upstream.unavailable', { message: `The log source "${source}" failed (${status}).` });
  }
  throw badReply(source, `refused the question (${status})`);
}

export function badReply(source: string, what: string): WeirError {
  return new WeirError('upstream.bad_reply', { message: `The log source "${source}" ${what}.` });
}
