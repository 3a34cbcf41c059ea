import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { ResponseStore } from '../../features/responses/response-store.ts';
import type { ChatRequest } from '../../kernel/chat.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Pin } from '../../ports/call.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import { readNoCharge } from '../../protocols/media-usage.ts';
import {
  expandPrevious,
  hasItemReferences,
  inputItemsOf,
  previousResponseId,
  withInputItems,
} from '../../protocols/openai-responses/input-items.ts';
import { decodeInputTokensRequest, encodeInputTokens } from '../../protocols/openai-responses/input-tokens.ts';
import { readJson } from '../read-json.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../route.ts';
import { readQuery } from '../server.ts';
import { type PassThroughServices, queryOf, servePassThrough } from './pass-through.ts';
import { OPENAI_PREFIXES } from './wire-paths.ts';

export interface ResponseServices extends PassThroughServices {
  readonly responses: ResponseStore;
  /** Prompt tokens of a call for the model that a name leads to. Throws `model.unknown`. */
  readonly countTokens: (name: string, chat: ChatRequest) => Promise<number>;
}

const itemsQuery = z.object({
  after: z.string().optional(),
  limit: z.coerce.number().optional(),
  order: z.enum(['asc', 'desc']).optional(),
});

/** Responses that were made earlier, wherever they live, and the size of a prompt that is not sent. */
export function responseRoutes(services: ResponseServices): RouteSpec[] {
  return OPENAI_PREFIXES.flatMap((prefix, at) => {
    const common = { permission: 'call', errors: 'openai', tag: 'OpenAI', documented: at === 0 } as const;
    const one = `${prefix}/responses/:id`;
    return [
      {
        ...common,
        method: 'POST',
        path: `${prefix}/responses/input_tokens`,
        summary: 'Input tokens of a response that is not made: exact for the text of OpenAI models, else an estimate',
        handle: (request, reply) => count(request, reply, services),
      },
      {
        ...common,
        method: 'GET',
        path: one,
        summary: 'One response',
        handle: (request, reply) => retrieve(request, reply, services),
      },
      {
        ...common,
        method: 'DELETE',
        path: one,
        summary: 'Delete a response',
        handle: (request, reply) => remove(request, reply, services),
      },
      {
        ...common,
        method: 'GET',
        path: `${one}/input_items`,
        summary: 'Input items of a response',
        query: itemsQuery,
        handle: (request, reply) => listInput(request, reply, services),
      },
      {
        ...common,
        method: 'POST',
        path: `${one}/cancel`,
        summary: 'Cancel a response that a provider makes in the background',
        handle: (request, reply) => cancel(request, reply, services),
      },
    ] satisfies RouteSpec[];
  });
}

async function retrieve(
  request: WeirRequest,
  reply: FastifyReply,
  services: ResponseServices,
): Promise<JsonObject | undefined> {
  const { id, projectId, pin } = await find(request, services);
  if (pin !== undefined) return forward(request, reply, { services, pin, id });
  if ((request.query as { stream?: string }).stream === 'true') {
    throw invalidRequest('stream', 'only a response that was made in the background can be streamed again');
  }
  return { ...(await services.responses.load(id, projectId)).response };
}

async function remove(
  request: WeirRequest,
  reply: FastifyReply,
  services: ResponseServices,
): Promise<JsonObject | undefined> {
  const { id, projectId, pin } = await find(request, services);
  const forget = () => services.responses.delete(id, projectId);
  if (pin === undefined) return forget();
  return forward(request, reply, { services, pin, id, keep: async () => void (await forget()) });
}

async function listInput(
  request: WeirRequest,
  reply: FastifyReply,
  services: ResponseServices,
): Promise<JsonObject | undefined> {
  const { id, projectId, pin } = await find(request, services);
  if (pin !== undefined) return forward(request, reply, { services, pin, id, action: '/input_items' });
  const { after, limit, order } = readQuery(request, itemsQuery);
  return services.responses.inputItems(id, projectId, {
    ...(after === undefined ? {} : { after }),
    ...(limit === undefined ? {} : { limit }),
    ...(order === undefined ? {} : { order }),
  });
}

async function cancel(request: WeirRequest, reply: FastifyReply, services: ResponseServices): Promise<undefined> {
  const { id, pin } = await find(request, services);
  if (pin !== undefined) return forward(request, reply, { services, pin, id, action: '/cancel' });
  throw invalidRequest('id', 'only a response that was made in the background can be cancelled');
}

/** Where the response of this path lives: `pin` is undefined when Weir keeps it. Throws `resource.not_found`. */
async function find(
  request: WeirRequest,
  services: ResponseServices,
): Promise<{ id: string; projectId: string; pin: Pin | undefined }> {
  const { id } = request.params as { id: string };
  const { projectId } = keyOf(request);
  const place = await services.responses.locate(id, projectId);
  return { id, projectId, pin: place.kind === 'provider' ? place : undefined };
}

/** The same request to the provider and with the credential the response was made with. */
async function forward(
  request: WeirRequest,
  reply: FastifyReply,
  of: { services: ResponseServices; pin: Pin; id: string; action?: string; keep?: () => Promise<void> },
): Promise<undefined> {
  await servePassThrough(request, reply, {
    services: of.services,
    operation: 'responses',
    models: [],
    stream: false,
    bodyUser: undefined,
    pinned: of.pin,
    payload: {
      path: `/responses/${encodeURIComponent(of.id)}${of.action ?? ''}${queryOf(request)}`,
      body: undefined,
      json: undefined,
      promptCharacters: 0,
      readUsage: readNoCharge,
      streams: 'media',
      ...(of.keep === undefined ? {} : { keep: of.keep }),
    },
  });
}

/** Counted here; only a conversation that lives at a provider must be counted there. */
async function count(
  request: WeirRequest,
  reply: FastifyReply,
  services: ResponseServices,
): Promise<JsonObject | undefined> {
  const body = request.body as Buffer;
  const asked = decodeInputTokensRequest(body, readJson(body));
  const { projectId } = keyOf(request);
  const previous = previousResponseId(asked);
  const place = previous === undefined ? undefined : await services.responses.locate(previous, projectId);
  if (place?.kind === 'provider') return countThere(request, reply, { asked, services, pin: place });
  const whole = await withHistory(asked, { previous, projectId, responses: services.responses });
  return encodeInputTokens(await services.countTokens(asked.model ?? '', whole.chat()));
}

async function withHistory(
  asked: ClientRequest,
  of: { previous: string | undefined; projectId: string; responses: ResponseStore },
): Promise<ClientRequest> {
  const resolved = hasItemReferences(asked)
    ? withInputItems(asked, await of.responses.resolve(inputItemsOf(asked), of.projectId))
    : asked;
  if (of.previous === undefined) return resolved;
  return expandPrevious(resolved, await of.responses.history(of.previous, of.projectId));
}

async function countThere(
  request: WeirRequest,
  reply: FastifyReply,
  of: { asked: ClientRequest; services: ResponseServices; pin: Pin },
): Promise<undefined> {
  const { asked, services, pin } = of;
  await servePassThrough(request, reply, {
    services,
    operation: 'count-tokens',
    wire: 'openai-responses',
    models: asked.model === undefined ? [] : [asked.model],
    stream: false,
    bodyUser: asked.user,
    pinned: pin,
    payload: {
      path: '/responses/input_tokens',
      body: asked.body,
      json: asked.json,
      promptCharacters: 0,
      readUsage: readNoCharge,
    },
  });
}
