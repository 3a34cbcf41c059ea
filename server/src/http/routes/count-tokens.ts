import type { FastifyReply } from 'fastify';
import type { ChatRequest } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { encodeCountTokensReply } from '../../protocols/anthropic-messages/count-tokens.ts';
import { decodeCountTokens } from '../../protocols/anthropic-messages/decode-request/decode-request.ts';
import { readNoCharge } from '../../protocols/media-usage.ts';
import { readJson } from '../read-json.ts';
import type { RouteSpec, WeirRequest } from '../route.ts';
import { type PassThroughServices, queryOf, servePassThrough } from './pass-through.ts';
import { ANTHROPIC_PREFIXES } from './wire-paths.ts';

export interface CountTokensServices extends PassThroughServices {
  /** The provider a model name leads to when it counts in this wire itself; undefined otherwise. Throws `model.unknown`. */
  readonly countingProvider: (name: string) => string | undefined;
  /** Prompt tokens of a call for the model that a name leads to. */
  readonly countTokens: (name: string, chat: ChatRequest) => Promise<number>;
}

/** `POST /v1/messages/count_tokens`: asked of providers of the same wire, which do it for free; counted here for the others. */
export function countTokensRoutes(services: CountTokensServices): RouteSpec[] {
  return ANTHROPIC_PREFIXES.map((prefix, at) => ({
    method: 'POST',
    path: `${prefix}/messages/count_tokens`,
    permission: 'call',
    errors: 'anthropic',
    tag: 'Anthropic',
    summary: 'Input tokens of a message that is not sent',
    documented: at === 0,
    handle: (request, reply) => count(request, reply, services),
  }));
}

async function count(
  request: WeirRequest,
  reply: FastifyReply,
  services: CountTokensServices,
): Promise<JsonObject | undefined> {
  const body = request.body as Buffer;
  const json = readJson(body);
  const asked = decodeCountTokens(body, json);
  const model = asked.model ?? '';
  const provider = services.countingProvider(model);
  if (provider === undefined) return encodeCountTokensReply(await services.countTokens(model, asked.chat()));
  await servePassThrough(request, reply, {
    services,
    operation: 'count-tokens',
    wire: 'anthropic-messages',
    shape: 'anthropic',
    models: [model],
    stream: false,
    bodyUser: asked.user,
    pinned: { provider, credentialId: undefined },
    payload: {
      path: `/messages/count_tokens${queryOf(request)}`,
      body,
      json,
      promptCharacters: 0,
      readUsage: readNoCharge,
    },
  });
  return undefined;
}
