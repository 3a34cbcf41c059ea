import type { Operation } from '../kernel/operation.ts';
import type { ChatUpstreamProtocol, EmbeddingUpstreamProtocol, Quirks } from '../ports/protocol.ts';
import type { Endpoint, EndpointCall, ModelInfo, ProviderDefinition } from '../ports/provider.ts';
import { openaiChatUpstream } from '../protocols/openai-chat/upstream.ts';
import { bearerToken } from './auth/bearer-token.ts';
import { apiRoot } from './endpoint/api-root.ts';

/** What a provider with OpenAI's API says about itself; everything left out is as OpenAI has it. */
export interface OpenAiCompatible {
  readonly type: string;
  readonly title: string;
  readonly environment: ProviderDefinition['environment'];
  readonly defaultBaseUrl?: string;
  /** Makes the address below which the paths start from a configured base URL; absent means its `/v1`. */
  readonly root?: (baseUrl: string) => string;
  readonly keyPattern?: RegExp;
  readonly keyOptional?: boolean;
  readonly idempotencyHeader?: string;
  readonly defaultModel?: string;
  /** Absent means chat completions only. */
  readonly chat?: readonly ChatUpstreamProtocol[];
  readonly chatFor?: NonNullable<ProviderDefinition['chatFor']>;
  readonly embeddings?: EmbeddingUpstreamProtocol;
  /** Absent means none. */
  readonly passThrough?: readonly Operation[];
  readonly models?: readonly ModelInfo[];
  readonly ownsModel?: (model: string) => boolean;
  /** Absent means the plain wire. */
  readonly quirks?: (model: string, wire: string) => Quirks;
  /** Headers of every request to this provider. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Paths below the version, by wire. */
export const OPENAI_PATHS: Readonly<Record<string, string>> = {
  'openai-chat': '/chat/completions',
  'openai-responses': '/responses',
  'openai-completions': '/completions',
  'openai-embeddings': '/embeddings',
};

const PLAIN: Quirks = {};

export function defineOpenAiCompatible(from: OpenAiCompatible): ProviderDefinition {
  const { root = apiRoot, headers, quirks, ...same } = from;
  const always: Pick<Endpoint, 'headers'> = headers === undefined ? {} : { headers };
  return {
    chat: [openaiChatUpstream],
    passThrough: [],
    models: [],
    ...same,
    quirks: quirks ?? (() => PLAIN),
    endpoint: (call) => ({ url: root(call.baseUrl) + openaiPath(call), ...always }),
    authorize: bearerToken,
  };
}

/** A pass-through call keeps the client's path; the others go where their wire lives. */
export function openaiPath(call: EndpointCall): string {
  return call.path ?? OPENAI_PATHS[call.wire] ?? '/chat/completions';
}
