import type { Operation } from '../kernel/operation.ts';
import type { Feature, ProviderDefinition } from '../ports/provider.ts';

/** One provider in `GET /v1/capabilities`. */
export interface ProviderCapabilities {
  readonly provider: string;
  readonly title: string;
  readonly operations: readonly Operation[];
  /** Chat wires it is spoken to in, the preferred one first. */
  readonly wires: readonly string[];
  readonly models: readonly ModelCapabilities[];
}

export interface ModelCapabilities {
  readonly id: string;
  readonly operations: readonly string[];
  readonly features: readonly Feature[];
  /** Tokens; null when unknown. */
  readonly context_window: number | null;
  readonly max_output_tokens: number | null;
  readonly aliases: readonly string[];
}

export function capabilitiesOf(definition: ProviderDefinition): ProviderCapabilities {
  const { type, title, chat, embeddings, passThrough, models } = definition;
  return {
    provider: type,
    title,
    operations: [
      ...(chat.length > 0 ? (['chat'] as const) : []),
      ...(embeddings === undefined ? [] : (['embeddings'] as const)),
      ...passThrough,
    ],
    wires: chat.map(({ wire }) => wire),
    models: models.map((model) => ({
      id: model.id,
      operations: model.operations,
      features: model.features,
      context_window: model.contextWindow ?? null,
      max_output_tokens: model.maxOutputTokens ?? null,
      aliases: model.aliases ?? [],
    })),
  };
}
