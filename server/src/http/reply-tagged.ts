import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The body, or 304 for a client whose `if-none-match` shows that it has this very body already. */
export function replyTagged(request: FastifyRequest, reply: FastifyReply, body: object): object | undefined {
  const tag = `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url')}"`;
  reply.header('etag', tag).header('cache-control', 'no-cache');
  const known = request.headers['if-none-match'];
  if (known !== tag && known !== `W/${tag}`) return body;
  reply.code(304).send();
  return undefined;
}
