import { z } from 'zod';
import { invalidRequest } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import { isoSeconds, nextUtcMidnight } from '../../kernel/time.ts';
import { decodeSamplingRequest } from '../../protocols/weir-v1/decode.ts';
import { encodeEnvelope, encodeSamplingData } from '../../protocols/weir-v1/encode.ts';
import { samplingRequestSchema } from '../../protocols/weir-v1/schemas.ts';
import { type LimitedUser, limitedUser } from '../limited-user.ts';
import { readJson } from '../read-json.ts';
import { keyOf, type RouteSpec } from '../route.ts';
import { readBody } from '../server.ts';
import { askedPrompt } from './asked-prompt.ts';
import { type SeedCallServices, serveSeedCall } from './seed-call.ts';

export interface SamplingProvider {
  readonly type: string;
  readonly models: readonly string[];
  /** A credential is present and its breaker is not open. */
  readonly available: boolean;
}

/** Null: no limit. */
export interface SamplingLimits {
  readonly maxTokensPerDay: number | null;
  readonly maxTokensPerRequest: number | null;
}

export interface SamplingServices extends SeedCallServices {
  readonly providers: () => readonly SamplingProvider[];
  /** Today's tokens and calls of a user on this API. */
  readonly usageToday: (of: { projectId: string; userId: string }) => Promise<{ tokens: number; calls: number }>;
  /** Stores a server credential. Throws `resource.not_found` for unknown providers. */
  readonly configure: (of: {
    provider: string;
    apiKey: string;
    baseUrl: string | undefined;
    actor: string;
  }) => Promise<SamplingProvider>;
  /** Mode of each guardrail for requests of this key. */
  readonly guardrails: (key: { readonly projectId: string }) => Readonly<Record<string, string>>;
  /** What a user's calls on this API may use, or those without a user. */
  readonly limits: (of: LimitedUser) => Promise<SamplingLimits>;
  readonly version: string;
}

const configureSchema = z.strictObject({
  apiKey: z.string().min(1),
  baseURL: z.url({ protocol: /^https?$/ }).optional(),
});

/** The sampling API: every reply is `{success, data | error, timestamp}`. */
export function samplingRoutes(services: SamplingServices): RouteSpec[] {
  const now = () => services.clock.now();
  const wrap = (data: unknown) => encodeEnvelope(data as Json, now());
  return [
    {
      method: 'POST',
      path: '/api/sampling/request',
      permission: 'call',
      errors: 'weir',
      tag: 'Sampling',
      summary: 'Complete a conversation',
      body: samplingRequestSchema,
      async handle(request, reply) {
        const body = request.body as Buffer;
        const json = readJson(body);
        const { chat } = decodeSamplingRequest(json);
        const encode: Parameters<typeof serveSeedCall>[2]['call']['encode'] = (done, context) =>
          encodeEnvelope(encodeSamplingData(done, context), context.nowMs);
        await serveSeedCall(request, reply, {
          call: { wire: 'sampling', chat, body, json, encode, prompt: askedPrompt(json, body) },
          services,
        });
      },
    },
    {
      method: 'GET',
      path: '/api/sampling/providers',
      permission: 'call',
      errors: 'weir',
      tag: 'Sampling',
      summary: 'Providers and their models',
      handle() {
        const providers = services.providers();
        return wrap({ providers, count: providers.length });
      },
    },
    {
      method: 'GET',
      path: '/api/sampling/usage',
      permission: 'view-own',
      errors: 'weir',
      tag: 'Sampling',
      summary: "A user's tokens and calls of today",
      async handle(request) {
        const userId = request.headers['x-user-id'];
        if (typeof userId !== 'string' || userId === '')
          throw invalidRequest('x-user-id', 'this header must name the user');
        const used = await services.usageToday({ projectId: keyOf(request).projectId, userId });
        const limits = await services.limits(limitedUser(request, userId));
        const perDay = limits.maxTokensPerDay;
        return wrap({
          userId,
          dailyTokens: used.tokens,
          requestCount: used.calls,
          remainingTokens: perDay === null ? null : Math.max(0, perDay - used.tokens),
          resetAt: isoSeconds(nextUtcMidnight(now())),
          limits,
        });
      },
    },
    {
      method: 'POST',
      path: '/api/sampling/providers/:provider/configure',
      permission: 'admin',
      errors: 'weir',
      tag: 'Sampling',
      summary: "Store a provider's key as the server's credential",
      body: configureSchema,
      async handle(request) {
        const body = readBody(request, configureSchema);
        const { provider } = request.params as { provider: string };
        const actor = keyOf(request).id;
        return wrap(await services.configure({ provider, apiKey: body.apiKey, baseUrl: body.baseURL, actor }));
      },
    },
    {
      method: 'GET',
      path: '/api/sampling/info',
      permission: 'call',
      errors: 'weir',
      tag: 'Sampling',
      summary: 'What this service is and which limits hold',
      handle: async (request) =>
        wrap({
          service: 'weir',
          version: services.version,
          providers: services.providers().map(({ type }) => type),
          guardrails: services.guardrails(keyOf(request)),
          limits: await services.limits(limitedUser(request, undefined)),
          endpoints: ENDPOINTS,
        }),
    },
  ];
}

const ENDPOINTS = [
  'POST /api/sampling/request',
  'GET /api/sampling/providers',
  'GET /api/sampling/usage',
  'POST /api/sampling/providers/:provider/configure',
  'GET /api/sampling/info',
];
