import type { FastifyReply } from 'fastify';
import { invalidRequest, type WeirError } from '../../kernel/errors.ts';
import { asString, type JsonObject } from '../../kernel/json.ts';
import type { Operation } from '../../kernel/operation.ts';
import type { Pin } from '../../ports/call.ts';
import type { PassThroughPayload } from '../../ports/payload.ts';
import type { ReadUsage } from '../../ports/protocol.ts';
import { assertUniqueKeys } from '../../protocols/json-edit.ts';
import { readImageUsage, readNoCharge, readTranscriptionUsage } from '../../protocols/media-usage.ts';
import { positiveInteger } from '../../protocols/openai-chat/check-fields.ts';
import { fieldPart, fieldText, isForm, scanForm } from '../multipart/scan-form.ts';
import { readJson } from '../read-json.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../route.ts';
import { serveCall } from '../serve-call.ts';
import { type ChatRouteServices, forwardedHeaders } from './chat.ts';
import { wireTimeLimits } from './time-limits.ts';
import { OPENAI_PREFIXES } from './wire-paths.ts';

export interface PassThroughServices extends ChatRouteServices {
  /** An error inside a running stream of events, as one event. */
  readonly streamError: (error: WeirError, requestId: string) => string;
  /** Where the stored files live that a request names; undefined when it names none. Throws `resource.not_found`. */
  readonly placeOfFiles: (json: JsonObject, projectId: string) => Promise<Pin | undefined>;
}

/** An endpoint whose bodies go through unread, but for the model, and are metered. */
interface MeteredEndpoint {
  readonly path: string;
  readonly operation: Operation;
  readonly summary: string;
  /** What the provider takes when the request names none; absent: a model is required. */
  readonly defaultModel?: string;
  /** The field that holds the prompt, for estimates. */
  readonly prompt: 'prompt' | 'input';
  readonly readUsage: ReadUsage;
}

const IMAGES = { operation: 'images', prompt: 'prompt', defaultModel: 'dall-e-2', readUsage: readImageUsage } as const;
const AUDIO = { operation: 'audio', readUsage: readTranscriptionUsage } as const;

const ENDPOINTS: readonly MeteredEndpoint[] = [
  {
    path: '/moderations',
    operation: 'moderations',
    summary: 'Classify texts and images as harmful or not',
    prompt: 'input',
    defaultModel: 'omni-moderation-latest',
    readUsage: readNoCharge,
  },
  { ...IMAGES, path: '/images/generations', summary: 'Make images from a text' },
  { ...IMAGES, path: '/images/edits', summary: 'Change images' },
  { ...IMAGES, path: '/images/variations', summary: 'Make variations of an image' },
  { ...AUDIO, path: '/audio/speech', prompt: 'input', summary: 'Turn text into speech' },
  { ...AUDIO, path: '/audio/transcriptions', prompt: 'prompt', summary: 'Turn speech into text' },
  { ...AUDIO, path: '/audio/translations', prompt: 'prompt', summary: 'Turn speech into English text' },
];

/** Moderations, images and audio of the OpenAI wire, on providers that have them. */
export function meteredRoutes(services: PassThroughServices): RouteSpec[] {
  return ENDPOINTS.flatMap((endpoint) =>
    OPENAI_PREFIXES.map(
      (prefix, at): RouteSpec => ({
        method: 'POST',
        path: prefix + endpoint.path,
        permission: 'call',
        errors: 'openai',
        tag: 'OpenAI',
        summary: endpoint.summary,
        documented: at === 0,
        handle: (request, reply) => serveMetered(request, reply, { endpoint, services }),
      }),
    ),
  );
}

async function serveMetered(
  request: WeirRequest,
  reply: FastifyReply,
  of: { endpoint: MeteredEndpoint; services: PassThroughServices },
): Promise<void> {
  const { endpoint, services } = of;
  const read = isForm(request.headers['content-type']) ? readForm(request, endpoint) : readJsonBody(request, endpoint);
  const model = read.model ?? endpoint.defaultModel;
  if (model === undefined || model === '') throw invalidRequest('model', 'is required');
  const { json } = read;
  const projectId = keyOf(request).projectId;
  const pinned = json === undefined ? undefined : await services.placeOfFiles(json, projectId);
  await servePassThrough(request, reply, {
    services,
    operation: endpoint.operation,
    models: [model],
    stream: read.stream,
    bodyUser: read.user,
    pinned,
    payload: {
      path: endpoint.path + queryOf(request),
      body: read.body,
      json,
      modelSpan: read.modelSpan,
      ...(read.replies === undefined ? {} : { replies: read.replies }),
      promptCharacters: read.promptCharacters,
      readUsage: endpoint.readUsage,
      streams: 'media',
    },
  });
}

interface ReadRequest {
  readonly body: Buffer;
  readonly json: JsonObject | undefined;
  readonly model: string | undefined;
  readonly modelSpan: PassThroughPayload['modelSpan'] | undefined;
  readonly stream: boolean;
  readonly user: string | undefined;
  readonly promptCharacters: number;
  /** What a form says; JSON says it itself. */
  readonly replies?: number | undefined;
}

function readJsonBody(request: WeirRequest, endpoint: MeteredEndpoint): ReadRequest {
  const body = request.body as Buffer;
  const json = readJson(body);
  assertUniqueKeys(body, json);
  if (endpoint.operation === 'images') positiveInteger(json, 'n');
  const { model, input } = json;
  if (model !== undefined && model !== null && typeof model !== 'string')
    throw invalidRequest('model', 'must be a string');
  const prompt = endpoint.prompt === 'input' ? input : json.prompt;
  return {
    body,
    json,
    model: model ?? undefined,
    modelSpan: undefined,
    stream: json.stream === true || json.stream_format === 'sse',
    user: asString(json.user),
    promptCharacters: typeof prompt === 'string' ? prompt.length : 0,
  };
}

function readForm(request: WeirRequest, endpoint: MeteredEndpoint): ReadRequest {
  const body = request.body as Buffer;
  const parts = scanForm(body, request.headers['content-type'] ?? '');
  const text = (name: string) => fieldText(body, parts, name);
  const model = fieldPart(parts, 'model');
  return {
    body,
    json: undefined,
    model: text('model'),
    modelSpan: model === undefined ? undefined : { start: model.start, end: model.end },
    stream: text('stream') === 'true',
    user: text('user'),
    replies: endpoint.operation === 'images' ? countOf(text('n')) : undefined,
    promptCharacters: text(endpoint.prompt)?.length ?? 0,
  };
}

/** A number of a form, where everything is text. */
function countOf(n: string | undefined): number | undefined {
  return n === undefined || n === '' ? undefined : positiveInteger({ n: Number(n) }, 'n');
}

export interface PassThroughCall {
  readonly services: PassThroughServices;
  readonly operation: Operation;
  /** Empty for objects that have no model. */
  readonly models: readonly string[];
  readonly stream: boolean;
  readonly bodyUser: string | undefined;
  readonly pinned: Pin | undefined;
  readonly payload: Pick<
    PassThroughPayload,
    'path' | 'promptCharacters' | 'readUsage' | 'replies' | 'streams' | 'keep'
  > & {
    readonly body: Buffer | undefined;
    readonly json: JsonObject | undefined;
    readonly modelSpan?: PassThroughPayload['modelSpan'] | undefined;
  };
  /** The ledger's name of the API; absent: after the operation. */
  readonly wire?: string;
  readonly shape?: 'openai' | 'anthropic';
}

/** Sends a request on as it came and answers with what came back. */
export async function servePassThrough(request: WeirRequest, reply: FastifyReply, of: PassThroughCall): Promise<void> {
  const { services, payload } = of;
  const { modelSpan, ...same } = payload;
  reply.hijack();
  await serveCall(request, reply.raw, {
    services,
    spec: {
      operation: of.operation,
      wire: of.wire ?? `openai-${of.operation}`,
      shape: of.shape ?? 'openai',
      payload: {
        kind: 'pass-through',
        method: request.method,
        contentType: payload.body === undefined ? undefined : request.headers['content-type'],
        streamError: services.streamError,
        ...same,
        ...(modelSpan === undefined ? {} : { modelSpan }),
      },
      models: of.models,
      stream: of.stream,
      bodyUser: of.bodyUser,
      limits: wireTimeLimits(request.headers, services.timeLimits),
      clientHeaders: forwardedHeaders(request),
      streamError: () => undefined,
      ...(of.pinned === undefined ? {} : { pinned: of.pinned }),
    },
  });
}

/** The client's query with its question mark; '' when there is none. */
export function queryOf(request: WeirRequest): string {
  const at = request.url.indexOf('?');
  return at < 0 ? '' : request.url.slice(at);
}
