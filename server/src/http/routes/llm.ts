import type { LimitView } from '../../features/limits/limit-views.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { isDayLimit, type LimitName } from '../../kernel/limits.ts';
import { isoSeconds, MINUTE_MS, nextUtcMidnight } from '../../kernel/time.ts';
import type { CallPrompt } from '../../ports/call.ts';
import { type DecodedLlm, decodeLlmChat, decodeLlmCompletion } from '../../protocols/weir-v1/decode.ts';
import { encodeLlmReply } from '../../protocols/weir-v1/encode.ts';
import { llmChatSchema, llmCompletionSchema } from '../../protocols/weir-v1/schemas.ts';
import { type LimitedUser, limitedUser } from '../limited-user.ts';
import { readJson } from '../read-json.ts';
import { keyOf, type RouteSpec } from '../route.ts';
import { askedConversation } from './asked-conversation.ts';
import { askedPrompt } from './asked-prompt.ts';
import { type SeedCallServices, serveSeedCall } from './seed-call.ts';

export interface UserUsage {
  readonly calls: number;
  readonly tokens: number;
  readonly costUsd: number;
  readonly byModel: Readonly<Record<string, { requests: number; tokens: number; cost_usd: number }>>;
}

export interface LlmServices extends SeedCallServices {
  readonly userUsageToday: (of: { projectId: string; userId: string }) => Promise<UserUsage>;
  /** Every limit of a user's calls on this API. */
  readonly limits: (of: LimitedUser) => Promise<readonly LimitView[]>;
}

/** The LLM API: bare replies. */
export function llmRoutes(services: LlmServices): RouteSpec[] {
  const chatRoute = (
    path: string,
    decode: (json: unknown) => DecodedLlm,
    of: { summary: string; body: NonNullable<RouteSpec['body']>; converses: boolean },
  ): RouteSpec => ({
    method: 'POST',
    path,
    permission: 'call',
    errors: 'weir',
    tag: 'LLM',
    summary: of.summary,
    body: of.body,
    async handle(request, reply) {
      const body = request.body as Buffer;
      const json = readJson(body);
      const { chat, extras } = decode(json);
      const prompt = askedPrompt(json, body) ?? asTemplate(extras, { json, body });
      const conversation = of.converses ? (askedConversation(json, request.headers) ?? { id: undefined }) : undefined;
      await serveSeedCall(request, reply, {
        call: {
          ...{ wire: 'llm', chat, body, json, encode: encodeLlmReply, conversation, prompt },
          cacheAsked: cacheAsked(extras.useCache),
        },
        services,
      });
    },
  });
  return [
    chatRoute('/api/v1/llm/completion', decodeLlmCompletion, {
      summary: 'Complete a prompt',
      body: llmCompletionSchema,
      converses: false,
    }),
    chatRoute('/api/v1/llm/chat', decodeLlmChat, {
      summary: 'Chat: begins a conversation, or goes on with one',
      body: llmChatSchema,
      converses: true,
    }),
    {
      method: 'GET',
      path: '/api/v1/llm/usage/:user_id',
      permission: 'view-own',
      errors: 'weir',
      tag: 'LLM',
      summary: "A user's calls, tokens and cost of today",
      async handle(request) {
        const { user_id: userId } = request.params as { user_id: string };
        const used = await services.userUsageToday({ projectId: keyOf(request).projectId, userId });
        const limits = await services.limits(limitedUser(request, userId));
        const show = (name: LimitName) => shown(limits, name, services.clock.now());
        return {
          user_id: userId,
          requests_today: used.calls,
          tokens_today: used.tokens,
          cost_usd_today: used.costUsd,
          by_model: used.byModel,
          limits: {
            requests_per_minute: show('requests_per_minute'),
            requests_per_day: show('requests_per_day'),
            tokens_per_day: show('tokens_per_day'),
          },
        };
      },
    },
  ];
}

/** The nearest of the limits with that name; without one only the end of the window is known. */
function shown(limits: readonly LimitView[], name: LimitName, nowMs: number) {
  const named = limits.filter((view) => view.name === name).sort((a, b) => a.remaining - b.remaining);
  const [nearest] = named;
  return {
    limit: nearest?.limit ?? null,
    remaining: nearest?.remaining ?? null,
    reset_at: isoSeconds(isDayLimit(name) ? nextUtcMidnight(nowMs) : nowMs + (nearest?.resetMs || MINUTE_MS)),
  };
}

/** `template` and `variables` are the seed's words for a stored prompt. */
function asTemplate(
  { template, variables = {} }: DecodedLlm['extras'],
  request: { json: JsonObject; body: Buffer },
): CallPrompt | undefined {
  if (template === undefined) return undefined;
  const which = { label: undefined, version: undefined, field: 'template' } as const;
  return { ...request, ...which, name: template, variables: variables as JsonObject };
}

function cacheAsked(useCache: boolean | undefined): 'use' | 'bypass' | undefined {
  if (useCache === undefined) return undefined;
  return useCache ? 'use' : 'bypass';
}
