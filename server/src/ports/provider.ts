import type { Wire } from '../kernel/chat.ts';
import type { Operation } from '../kernel/operation.ts';
import type { Network } from './http-client.ts';
import type { ChatUpstreamProtocol, EmbeddingUpstreamProtocol, Quirks } from './protocol.ts';

/**
 * What a provider is: data and pure functions. A definition knows nothing of retries, caching, logging, limits or cost;
 * that silence is the design.
 */
export interface ProviderDefinition {
  /** The word in configuration and in `provider/model` names: openai, azure-openai, ... */
  readonly type: string;
  /** For people. */
  readonly title: string;
  /** Environment variables that configure it without a file, first one set wins. */
  readonly environment: {
    readonly apiKey: readonly string[];
    /** Variables that make one secret when joined by colons (AWS); the last may be missing. Used when no apiKey is set. */
    readonly apiKeyParts?: readonly [string, string, string];
    readonly baseUrl: readonly string[];
    /** Names the default model (GROQ_MODEL). */
    readonly model?: string;
    /** Variables for settings, by the setting's name in configuration (region: AWS_REGION), first one set wins. */
    readonly settings?: Readonly<Record<string, readonly string[]>>;
  };
  /** Absent: configuration must give a base URL. */
  readonly defaultBaseUrl?: string;
  /** What a well-formed key looks like; absent means anything non-empty. */
  readonly keyPattern?: RegExp;
  /** No key is needed (local servers). */
  readonly keyOptional?: boolean;
  /** The header by which it recognises a request that was sent before; absent: it does not. */
  readonly idempotencyHeader?: string;
  /** Used when a seed-API call names no model. */
  readonly defaultModel?: string;
  /** The chat wires it speaks; the client's own wire is preferred, else the first. */
  readonly chat: readonly ChatUpstreamProtocol[];
  readonly embeddings?: EmbeddingUpstreamProtocol;
  /** Operations that pass through to it unread. */
  readonly passThrough: readonly Operation[];
  /** Models known without asking it; configuration and live discovery add more. */
  readonly models: readonly ModelInfo[];
  /** True for bare model names this provider answers even when the catalogue lacks them (`claude-*` => anthropic). */
  readonly ownsModel?: (model: string) => boolean;
  /** The name the provider knows the model by, where settings decide that (Azure deployments); absent means the model's own. */
  upstreamModel?(model: string, settings: Readonly<Record<string, unknown>>): string;
  /** How this model deviates from its wire; called per attempt, must be cheap. */
  quirks(model: string, wire: string): Quirks;
  /** Where the call goes, relative to the base URL; pure. */
  endpoint(call: EndpointCall): Endpoint;
  /** Adds what authenticates the request. May wait (token exchange); called once per attempt. */
  authorize(request: OutgoingRequest, access: Access): void | Promise<void>;
  /** Some wires are chosen by model (Claude on Bedrock and Vertex); absent means the client's wire if spoken, else the first. */
  chatFor?(model: string, clientWire: Wire): ChatUpstreamProtocol;
}

export interface ModelInfo {
  readonly id: string;
  readonly operations: readonly ('chat' | 'embeddings' | 'moderations' | 'images' | 'audio')[];
  /** Tokens of prompt and reply together; absent when unknown. */
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  /** What the model can do beyond text; held true by the conversation corpus. */
  readonly features: readonly Feature[];
  /** Other names for it: dated names, the seeds' short names. */
  readonly aliases?: readonly string[];
}

export type Feature =
  | 'stream'
  | 'tools'
  | 'parallel-tools'
  | 'vision'
  | 'audio-input'
  | 'json-schema'
  | 'reasoning'
  | 'prompt-cache';

export interface EndpointCall {
  readonly operation: Operation;
  /** Wire of the chosen protocol; for pass-through operations the client's path decides instead. */
  readonly wire: string;
  readonly model: string;
  readonly stream: boolean;
  readonly baseUrl: string;
  /** Provider settings from configuration that are neither key nor base URL (deployments, api_version, project, region). */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Pass-through only: the client's path and query below /v1, e.g. `/images/generations`. */
  readonly path?: string;
}

export interface Endpoint {
  /** Absolute URL. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request about to leave, before authentication. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | undefined;
}

export interface Access {
  /** The secret of the chosen credential; '' when the provider needs none. */
  readonly secret: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly nowMs: number;
  /** For token exchanges only: a bounded HTTP call to an address the operator or the provider's own key names. */
  readonly fetch: (request: {
    method: string;
    url: string;
    headers: Record<string, string>;
    body?: string;
  }) => Promise<{ status: number; body: string }>;
}

/** One configured provider: a definition with an address, settings and its pool of credentials. */
export interface Provider {
  /** The name in configuration, used in `name/model` (openai, azure-eu). */
  readonly name: string;
  readonly definition: ProviderDefinition;
  readonly baseUrl: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Extra headers for every request (organisation ids and the like). */
  readonly headers: Readonly<Record<string, string>>;
  /** Model ids from configuration, added to the definition's. */
  readonly models: readonly string[];
  readonly defaultModel: string | undefined;
  /** True when the operator named the address in configuration or environment; false when it came by API. */
  readonly trusted: boolean;
  /** Its proxy and TLS identity; absent: the server's own way. */
  readonly network?: Network;
  /** The server's own pool, from configuration and environment; the credential store adds more. */
  readonly credentials: readonly Credential[];
}

export interface Credential {
  /** Stable and not secret: provider name and position or store id. */
  readonly id: string;
  readonly secret: string;
  /** Share of traffic among the provider's credentials; default 1. */
  readonly weight: number;
  /** Calls per minute this credential may get from this process; absent means no limit of ours. */
  readonly requestsPerMinute: number | undefined;
  readonly scope: 'server' | 'project' | 'user';
}
