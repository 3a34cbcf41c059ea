import { z } from 'zod';
import type { MessageBatches } from '../../features/batches/message-batches.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { readJson } from '../read-json.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../route.ts';
import { readQuery } from '../server.ts';
import { forwardedHeaders } from './chat.ts';
import { ownerOf } from './files.ts';
import { ANTHROPIC_PREFIXES } from './wire-paths.ts';

const listQuery = z.object({
  after_id: z.string().optional(),
  before_id: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(20),
});

/** Anthropic's Message Batches; Weir asks each request by itself, on whichever provider its model leads to. */
export function messageBatchRoutes(batches: MessageBatches): RouteSpec[] {
  return ANTHROPIC_PREFIXES.flatMap((prefix, at) => {
    const common = { permission: 'call', errors: 'anthropic', tag: 'Anthropic', documented: at === 0 } as const;
    const path = `${prefix}/messages/batches`;
    const one = `${path}/:id`;
    const show = (request: WeirRequest, batch: JsonObject) =>
      batches.object(batch, `${originOf(request)}${path}/${String(batch.id)}/results`);
    const asked = (request: WeirRequest) => [(request.params as { id: string }).id, keyOf(request).projectId] as const;
    return [
      {
        ...common,
        method: 'POST',
        path,
        summary: 'Start a batch of messages, each on any provider',
        async handle(request) {
          const { requests } = readJson(request.body as Buffer);
          return show(request, await batches.create(ownerOf(request), requests, forwardedHeaders(request)));
        },
      },
      {
        ...common,
        method: 'GET',
        path,
        summary: 'Message batches of this project, newest first',
        query: listQuery,
        async handle(request) {
          const page = await batches.list(keyOf(request).projectId, readQuery(request, listQuery));
          const data = page.batches.map((batch) => show(request, batch));
          return { data, has_more: page.hasMore, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
        },
      },
      {
        ...common,
        method: 'GET',
        path: one,
        summary: 'One message batch as it is now',
        handle: async (request) => show(request, await batches.get(...asked(request))),
      },
      {
        ...common,
        method: 'GET',
        path: `${one}/results`,
        summary: 'Results of a message batch that ended, one line of JSON for each request',
        handle: async (request, reply) =>
          reply.type('application/x-jsonl').send(await batches.results(...asked(request))),
      },
      {
        ...common,
        method: 'POST',
        path: `${one}/cancel`,
        summary: 'Cancel a message batch',
        handle: async (request) => show(request, await batches.cancel(...asked(request))),
      },
      {
        ...common,
        method: 'DELETE',
        path: one,
        summary: 'Delete a message batch that ended, with its results',
        async handle(request) {
          const [id, projectId] = asked(request);
          await batches.delete(id, projectId);
          return { id, type: 'message_batch_deleted' };
        },
      },
    ] satisfies RouteSpec[];
  });
}

/** How the client reached this server, as far as it and a proxy before us say. */
function originOf({ headers }: WeirRequest): string {
  return `${headers['x-forwarded-proto'] === 'https' ? 'https' : 'http'}://${headers.host ?? ''}`;
}
