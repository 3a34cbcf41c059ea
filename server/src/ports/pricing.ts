import type { Usage } from '../kernel/usage.ts';

/** What a call cost, from a dated catalogue; pure and cheap enough for the path of a call. */
export interface Pricing {
  /** Undefined when no price is known for this model at this instant. */
  cost(of: { provider: string; model: string; usage: Usage; atMs: number }): number | undefined;
}
