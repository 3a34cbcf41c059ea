import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Batches } from '../../features/batches/batches.ts';
import type { BatchMeter } from '../../features/metered-batches/batch-meter.ts';
import type { ObjectKind, ProviderObjects } from '../../features/provider-objects/provider-objects.ts';
import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import { isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { Pin } from '../../ports/call.ts';
import type { PassedThrough } from '../../ports/payload.ts';
import { readNoCharge } from '../../protocols/media-usage.ts';
import { attributionOf } from '../attribution.ts';
import { fieldText, isForm, scanForm } from '../multipart/scan-form.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../route.ts';
import { readQuery } from '../server.ts';
import { type PassThroughServices, queryOf, servePassThrough } from './pass-through.ts';
import { OPENAI_PREFIXES } from './wire-paths.ts';

export interface ObjectServices extends PassThroughServices {
  readonly objects: ProviderObjects;
  /** Batches and their files that live in Weir. */
  readonly batches: Pick<Batches, 'create' | 'get' | 'cancel' | 'files'>;
  /** Records what batches at providers used. */
  readonly batchMeter: Pick<BatchMeter, 'open' | 'saw'>;
  /** The provider that can run a batch of these models as they are named; undefined: none can. */
  readonly batchProvider: (models: readonly string[]) => string | undefined;
  /** Providers that store files and that this caller has a credential for, in the order of configuration. */
  readonly fileProviders: (owner: { projectId: string; userId: string | undefined }) => readonly string[];
}

const listQuery = z.object({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
  order: z.enum(['asc', 'desc']).optional(),
  purpose: z.string().optional(),
});

/** Files that live at providers, each seen only by the project that made it. */
export function fileRoutes(services: ObjectServices): RouteSpec[] {
  return OPENAI_PREFIXES.flatMap((prefix, at) => {
    const common = { permission: 'call', errors: 'openai', tag: 'OpenAI', documented: at === 0 } as const;
    const path = `${prefix}/files`;
    const one = `${path}/:id`;
    return [
      {
        ...common,
        method: 'POST',
        path,
        summary: 'Upload a file (x-weir-provider names where to; else the first provider with files)',
        handle: (request, reply) => upload(request, reply, services),
      },
      {
        ...common,
        method: 'GET',
        path,
        summary: 'Files of this project',
        query: listQuery,
        handle: (request) => services.objects.list('file', keyOf(request).projectId, readQuery(request, listQuery)),
      },
      {
        ...common,
        method: 'GET',
        path: one,
        summary: 'One file',
        handle: (request, reply) => serveObject(request, reply, { kind: 'file', services, keep: 'refresh' }),
      },
      {
        ...common,
        method: 'GET',
        path: `${one}/content`,
        summary: 'The content of a file',
        handle: (request, reply) => serveObject(request, reply, { kind: 'file', services, action: '/content' }),
      },
      {
        ...common,
        method: 'DELETE',
        path: one,
        summary: 'Delete a file',
        handle: (request, reply) => serveObject(request, reply, { kind: 'file', services, keep: 'forget' }),
      },
    ] satisfies RouteSpec[];
  });
}

async function upload(request: WeirRequest, reply: FastifyReply, services: ObjectServices): Promise<unknown> {
  const kept = batchFileFor(request, services);
  if (kept !== undefined) return services.batches.files.keep(ownerOf(request), kept);
  await serveCreation(request, reply, {
    kind: 'file',
    services,
    pinned: uploadPin(request, services),
    json: undefined,
  });
}

/** The file of a batch that no provider could run; undefined for every other upload. */
function batchFileFor(request: WeirRequest, services: ObjectServices) {
  const contentType = request.headers['content-type'];
  const asked = request.headers['x-weir-provider'];
  if (!isForm(contentType) || (asked !== undefined && asked !== 'weir')) return undefined;
  const body = request.body as Buffer;
  const parts = scanForm(body, contentType ?? '');
  if (fieldText(body, parts, 'purpose') !== 'batch') return undefined;
  const file = parts.find(({ name, filename }) => name === 'file' && filename !== undefined);
  if (file === undefined) throw invalidRequest('file', 'is required');
  const bytes = body.subarray(file.start, file.end);
  const able = services.fileProviders(ownerOf(request));
  const models = modelsOfLines(bytes);
  const isTheirs =
    asked === undefined &&
    (models === undefined ? able.length > 0 : able.includes(services.batchProvider(models) ?? ''));
  return isTheirs ? undefined : { filename: file.filename ?? '', purpose: 'batch', bytes };
}

/** Every model that the lines name, each once; undefined when some line cannot be read. */
function modelsOfLines(bytes: Buffer): string[] | undefined {
  const models = new Set<string>();
  for (const line of bytes.toString('utf8').split('\n')) {
    if (line.trim() === '') continue;
    const json = parseJson(line);
    const body = isObject(json) ? json.body : undefined;
    if (!isObject(body) || typeof body.model !== 'string') return undefined;
    models.add(body.model);
  }
  return models.size === 0 ? undefined : [...models];
}

export function ownerOf(request: WeirRequest): { projectId: string; userId: string | undefined; keyId: string } {
  const userId = request.headers['x-user-id'];
  const { id: keyId, projectId } = keyOf(request);
  return { projectId, userId: typeof userId === 'string' ? userId : undefined, keyId };
}

function uploadPin(request: WeirRequest, services: ObjectServices): Pin {
  const userId = request.headers['x-user-id'];
  const able = services.fileProviders({
    projectId: keyOf(request).projectId,
    userId: typeof userId === 'string' ? userId : undefined,
  });
  const asked = request.headers['x-weir-provider'];
  const provider = typeof asked === 'string' ? able.find((name) => name === asked) : able[0];
  if (provider !== undefined) return { provider, credentialId: undefined };
  if (asked !== undefined) {
    throw invalidRequest(
      'x-weir-provider',
      `this names no provider with files and a credential (${able.join(', ') || 'none has'})`,
    );
  }
  throw new WeirError('credential.not_found', { message: 'No provider that stores files has a credential.' });
}

/** A request that makes an object: it is on record before the client hears its id. */
export async function serveCreation(
  request: WeirRequest,
  reply: FastifyReply,
  of: { kind: ObjectKind; services: ObjectServices; pinned: Pin; json: JsonObject | undefined },
): Promise<void> {
  const { kind, services, pinned, json } = of;
  await servePassThrough(request, reply, {
    services,
    operation: kind === 'file' ? 'files' : 'batches',
    models: [],
    stream: false,
    bodyUser: undefined,
    pinned,
    payload: {
      path: (kind === 'file' ? '/files' : '/batches') + queryOf(request),
      body: request.body as Buffer,
      json,
      promptCharacters: 0,
      readUsage: readNoCharge,
      keep: (done) => rememberReply(request, done, { ...of, isNew: true }),
    },
  });
}

/** A request about an object this project made, at the provider and with the credential it was made with. */
export async function serveObject(
  request: WeirRequest,
  reply: FastifyReply,
  of: {
    kind: ObjectKind;
    services: ObjectServices;
    /** What comes behind the object's path. */
    action?: string;
    /** What the reply means for our record; absent: nothing. */
    keep?: 'refresh' | 'forget';
  },
): Promise<unknown> {
  const { kind, services, action = '' } = of;
  const { id } = request.params as { id: string };
  const { projectId } = keyOf(request);
  const pinned = await services.objects.find(kind, id, projectId);
  if (pinned.provider === HERE)
    return kind === 'batch' ? keptBatch(id, projectId, of) : keptFile(reply, { id, projectId }, of);
  const keep = {
    refresh: (done: PassedThrough) => rememberReply(request, done, of),
    forget: () => services.objects.forget(kind, id, projectId),
  };
  const body = request.body instanceof Buffer && request.body.length > 0 ? request.body : undefined;
  await servePassThrough(request, reply, {
    services,
    operation: kind === 'file' ? 'files' : 'batches',
    models: [],
    stream: false,
    bodyUser: undefined,
    pinned,
    payload: {
      path: `/${kind === 'file' ? 'files' : 'batches'}/${encodeURIComponent(id)}${action}${queryOf(request)}`,
      body,
      json: undefined,
      promptCharacters: 0,
      readUsage: readNoCharge,
      ...(action === '/content' ? { streams: 'all' } : {}),
      ...(of.keep === undefined ? {} : { keep: keep[of.keep] }),
    },
  });
}

/** The provider of what lives in Weir. */
const HERE = '';

function keptBatch(id: string, projectId: string, of: { services: ObjectServices; action?: string }): Promise<unknown> {
  return of.action === '/cancel' ? of.services.batches.cancel(id, projectId) : of.services.batches.get(id, projectId);
}

async function keptFile(
  reply: FastifyReply,
  { id, projectId }: { id: string; projectId: string },
  of: { services: ObjectServices; action?: string; keep?: 'refresh' | 'forget' },
): Promise<unknown> {
  const { files } = of.services.batches;
  if (of.action === '/content') {
    return reply.type('application/octet-stream').send(await files.content(id, projectId));
  }
  if (of.keep !== 'forget') return files.object(id, projectId);
  await files.delete(id);
  return { id, object: 'file', deleted: true };
}

async function rememberReply(
  request: WeirRequest,
  done: PassedThrough,
  of: { kind: ObjectKind; services: ObjectServices; isNew?: boolean },
): Promise<void> {
  const object = parseJson(done.body.toString('utf8'));
  if (!isObject(object)) throw new WeirError('upstream.bad_reply');
  const { kind, services } = of;
  const { provider, credentialId } = done;
  const { id: keyId, projectId } = keyOf(request);
  const { userId, agentType, sessionId, tags } = attributionOf(request.headers, undefined);
  // Noted first: a batch that runs is paid for, whatever becomes of this process.
  if (kind === 'batch' && of.isNew === true && typeof object.id === 'string') {
    const labels = { userId, agentType, sessionId, tags };
    await services.batchMeter.open({ id: object.id, provider, credentialId, projectId, keyId, ...labels });
  }
  await services.objects.remember({ kind, projectId, userId, provider, credentialId, object });
  if (kind === 'batch') await services.batchMeter.saw(object);
}
