import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import { assertUniqueKeys } from '../../protocols/json-edit.ts';
import { readJson } from '../read-json.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../route.ts';
import { readQuery } from '../server.ts';
import { type ObjectServices, ownerOf, serveCreation, serveObject } from './files.ts';
import { OPENAI_PREFIXES } from './wire-paths.ts';

const listQuery = z.object({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** Batches; each is run where its input file lives: at a provider, or by Weir line by line. */
export function batchRoutes(services: ObjectServices): RouteSpec[] {
  return OPENAI_PREFIXES.flatMap((prefix, at) => {
    const common = { permission: 'call', errors: 'openai', tag: 'OpenAI', documented: at === 0 } as const;
    const path = `${prefix}/batches`;
    return [
      {
        ...common,
        method: 'POST',
        path,
        summary: 'Start a batch from an uploaded file',
        handle: (request, reply) => create(request, reply, services),
      },
      {
        ...common,
        method: 'GET',
        path,
        summary: 'Batches of this project, as they were last seen',
        query: listQuery,
        handle: (request) => services.objects.list('batch', keyOf(request).projectId, readQuery(request, listQuery)),
      },
      {
        ...common,
        method: 'GET',
        path: `${path}/:id`,
        summary: 'One batch as it is now',
        handle: (request, reply) => serveObject(request, reply, { kind: 'batch', services, keep: 'refresh' }),
      },
      {
        ...common,
        method: 'POST',
        path: `${path}/:id/cancel`,
        summary: 'Cancel a batch',
        handle: (request, reply) =>
          serveObject(request, reply, { kind: 'batch', services, action: '/cancel', keep: 'refresh' }),
      },
    ] satisfies RouteSpec[];
  });
}

async function create(request: WeirRequest, reply: FastifyReply, services: ObjectServices): Promise<unknown> {
  const key = keyOf(request);
  const body = request.body as Buffer;
  const json = readJson(body);
  assertUniqueKeys(body, json);
  const { input_file_id: inputFileId } = json;
  if (typeof inputFileId !== 'string' || inputFileId === '') throw invalidRequest('input_file_id', 'is required');
  const pinned = await services.objects.find('file', inputFileId, key.projectId);
  // Each line then asks with this key, as if it came by itself.
  if (pinned.provider === '') return services.batches.create(ownerOf(request), json);
  if (key.scopes.models !== undefined) {
    throw new WeirError('auth.denied', {
      message: 'This key is limited to some models, and which ones the lines of a batch call cannot be seen.',
    });
  }
  await serveCreation(request, reply, { kind: 'batch', services, pinned, json });
}
