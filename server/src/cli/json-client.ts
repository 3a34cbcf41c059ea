import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { asString, isObject, parseJson } from '../kernel/json.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

const TIMEOUT_MS = 30_000;

export interface JsonClient {
  /** The parsed reply; failures become a CommandFailure that says what to do, a refused request (400) a UsageError. */
  json(method: string, path: string, body?: unknown): Promise<unknown>;
  /** The reply as text, for CSV and probes. */
  text(method: string, path: string, body?: unknown): Promise<string>;
}

export interface JsonCall {
  readonly method: string;
  readonly path: string;
  /** JSON text; undefined without a body. */
  readonly body: string | undefined;
}

export interface TextReply {
  readonly status: number;
  readonly text: string;
}

/** Speaks to a running Weir server. */
export function jsonClient(server: { readonly url: string; readonly key: string }): JsonClient {
  return jsonClientOver((call) => send(server, call), server.url);
}

/** The same over any way to reach the management API; `where` names it in messages. */
export function jsonClientOver(exchange: (call: JsonCall) => Promise<TextReply>, where: string): JsonClient {
  const text: JsonClient['text'] = async (method, path, body) => {
    const reply = await exchange({ method, path, body: body === undefined ? undefined : JSON.stringify(body) });
    if (reply.status >= 200 && reply.status < 300) return reply.text;
    const said = describe(reply, { method, path });
    // What the server calls a wrong request came from the command line.
    throw reply.status === 400 ? new UsageError(said) : new CommandFailure(said, reply.status);
  };
  return {
    text,
    async json(method, path, body) {
      const reply = await text(method, path, body);
      if (reply === '') return undefined;
      const parsed = parseJson(reply);
      if (parsed !== undefined) return parsed;
      throw new CommandFailure(`${where} did not answer ${method} ${path} with JSON. Is it a Weir server?`);
    },
  };
}

function describe(reply: TextReply, call: { method: string; path: string }): string {
  const parsed = parseJson(reply.text);
  const error = isObject(parsed) && isObject(parsed.error) ? parsed.error : {};
  const message = asString(error.message) ?? 'no reason given';
  if (reply.status === 401) return `${message} Give an admin key with --key or WEIR_ADMIN_KEY.`;
  return `${message} (${call.method} ${call.path.split('?')[0]}: ${reply.status} ${asString(error.code) ?? ''})`.replace(
    ' )',
    ')',
  );
}

function send(server: { url: string; key: string }, call: JsonCall): Promise<TextReply> {
  const address = new URL(server.url.replace(/\/+$/, '') + call.path);
  const { body } = call;
  const open = address.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = open(
      address,
      {
        method: call.method,
        headers: {
          authorization: `Bearer ${server.key}`,
          accept: 'application/json',
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
        timeout: TIMEOUT_MS,
      },
      (response) => readAll(response).then(resolve, reject),
    );
    request.on('timeout', () => request.destroy(new CommandFailure(`${server.url} did not answer within 30 s.`)));
    request.on('error', (error) => reject(unreachable(error, server.url)));
    request.end(body);
  });
}

async function readAll(response: IncomingMessage): Promise<TextReply> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}

function unreachable(error: Error, url: string): Error {
  if (error instanceof CommandFailure) return error;
  const code = (error as NodeJS.ErrnoException).code ?? error.message;
  return new CommandFailure(
    `No Weir server answers at ${url} (${code}). Start one with "weir serve", or name its address with --url or WEIR_URL.`,
  );
}
