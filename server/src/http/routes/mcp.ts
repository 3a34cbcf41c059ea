import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Caller } from '../../ports/call.ts';
import { callerOf } from '../caller-of.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../route.ts';

const message = z.looseObject({ jsonrpc: z.literal('2.0') }).describe('A message of the Model Context Protocol');

/** Weir's MCP server: Streamable HTTP, authenticated by Weir keys like any route. */
export function mcpRoutes(of: { serve: (request: Request, caller: Caller) => Promise<Response> }): RouteSpec[] {
  return [
    {
      method: 'POST',
      path: '/mcp',
      permission: 'call',
      errors: 'weir',
      tag: 'MCP',
      summary: 'MCP server (Streamable HTTP): published workflows as tools',
      body: message,
      reply: message,
      async handle(request, reply) {
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort());
        const response = await of.serve(webRequest(request, gone.signal), callerOf(keyOf(request)));
        await send(response, reply);
      },
    },
  ];
}

function webRequest({ headers, body }: WeirRequest, signal: AbortSignal): Request {
  return new Request('http://localhost/mcp', {
    method: 'POST',
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      HIDDEN.has(name) ? [] : [[name, String(value)]],
    ),
    body: body instanceof Buffer ? new Uint8Array(body) : null,
    signal,
  });
}

/** Nobody behind this needs the key, and the body is whole. */
const HIDDEN = new Set([
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'content-length',
  'transfer-encoding',
]);

async function send(response: Response, reply: FastifyReply): Promise<void> {
  reply.code(response.status).headers(Object.fromEntries(response.headers));
  const { body } = response;
  await (body === null ? reply.send() : reply.send(Readable.fromWeb(body as NodeStream)));
}
