import type { Usage } from '../kernel/usage.ts';

export interface PricedCall {
  /** Kind of provider (openai, bedrock): what the catalogue knows. */
  readonly provider: string;
  /** The provider's name in configuration, whose own prices come first; absent means the same as `provider`. */
  readonly name?: string;
  readonly model: string;
  readonly usage: Usage;
  readonly atMs: number;
  /** A line of a batch that the provider ran by itself; absent: a single call. */
  readonly batch?: boolean;
}

/** What a call cost, from a dated catalogue; pure and cheap enough for the path of a call. */
export interface Pricing {
  /** Undefined when no price is known for this model at this instant, or for its batches. */
  cost(of: PricedCall): number | undefined;
}
