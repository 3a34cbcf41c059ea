import type { Attributes } from '@opentelemetry/api';
import type { TokenBuckets } from '../../kernel/usage-record.ts';

/** Where a provider is and of which kind, by its name in configuration; undefined for one that is gone. */
export type DescribeProvider = (name: string) => { readonly type: string; readonly baseUrl: string } | undefined;

/** The conventions' names of providers that we call otherwise. */
const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  'azure-openai': 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  vertex: 'gcp.vertex_ai',
  gemini: 'gcp.gemini',
  mistral: 'mistral_ai',
};

export interface GenAiCall {
  readonly operation: string;
  readonly provider: string | null;
  readonly model: string | null;
  readonly success: boolean;
  readonly error: string | null;
}

/** What spans and metrics of a call have in common, in the names of the GenAI semantic conventions. */
export function genAiAttributes(call: GenAiCall, describe: DescribeProvider): Attributes {
  const attributes: Attributes = { 'gen_ai.operation.name': operationName(call.operation) };
  if (call.provider !== null) {
    const described = describe(call.provider);
    const type = described?.type ?? call.provider;
    attributes['gen_ai.provider.name'] = PROVIDER_NAMES[type] ?? type;
    if (described !== undefined) Object.assign(attributes, serverAttributes(described.baseUrl));
  }
  if (call.model !== null) {
    attributes['gen_ai.request.model'] = call.model;
    if (call.success) attributes['gen_ai.response.model'] = call.model;
  }
  if (call.error !== null) attributes['error.type'] = call.error;
  return attributes;
}

/** Tokens of an attempt. The conventions count cached tokens inside input and reasoning inside output. */
export function usageAttributes(tokens: TokenBuckets): Attributes {
  const attributes: Attributes = {
    'gen_ai.usage.input_tokens': inputOf(tokens),
    'gen_ai.usage.output_tokens': outputOf(tokens),
  };
  const written = tokens.cache_write_5m + tokens.cache_write_1h;
  if (tokens.cache_read > 0) attributes['gen_ai.usage.cache_read.input_tokens'] = tokens.cache_read;
  if (written > 0) attributes['gen_ai.usage.cache_creation.input_tokens'] = written;
  if (tokens.reasoning > 0) attributes['gen_ai.usage.reasoning.output_tokens'] = tokens.reasoning;
  return attributes;
}

export function inputOf(tokens: TokenBuckets): number {
  return tokens.input + tokens.cache_read + tokens.cache_write_5m + tokens.cache_write_1h + tokens.audio_input;
}

export function outputOf(tokens: TokenBuckets): number {
  return tokens.output + tokens.reasoning + tokens.audio_output;
}

/** Chat and embeddings are the conventions' words too; ours for the rest is what they ask for. */
export function operationName(operation: string): string {
  return operation.replaceAll('-', '_');
}

function serverAttributes(baseUrl: string): Attributes {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined) return {};
  return {
    'server.address': url.hostname,
    'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
  };
}
