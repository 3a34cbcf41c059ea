import { inputTokens, type Usage } from '../kernel/usage.ts';

/** A price per unit in nano-USD, or steps of it: the step of the whole prompt's size holds for all tokens of the call. */
export type Rate =
  | number
  | { readonly base: number; readonly tiers: readonly { readonly start: number; readonly price: number }[] };

/** What one model costs on one day, per token (images: per image), in nano-USD. Absent buckets cost what their parent costs. */
export interface RateCard {
  readonly input: Rate;
  readonly output: Rate;
  readonly cacheRead?: Rate;
  readonly cacheWrite5m?: Rate;
  readonly cacheWrite1h?: Rate;
  readonly reasoning?: Rate;
  readonly audioInput?: Rate;
  readonly audioOutput?: Rate;
  readonly image?: Rate;
  /** What a line of a batch at the provider costs, as a share of the other prices (0.5: half). Absent: what the provider is known for. */
  readonly batch?: number;
}

/** Cost of one attempt in whole nano-USD, or of a share of it; rounded once, after the sum. */
export function costOf(usage: Usage, card: RateCard, share = 1): number {
  const size = inputTokens(usage);
  const cacheWrite5m = card.cacheWrite5m ?? card.input;
  const nano =
    usage.input * at(card.input, size) +
    usage.cacheRead * at(card.cacheRead ?? card.input, size) +
    usage.cacheWrite5m * at(cacheWrite5m, size) +
    usage.cacheWrite1h * at(card.cacheWrite1h ?? cacheWrite5m, size) +
    usage.output * at(card.output, size) +
    usage.reasoning * at(card.reasoning ?? card.output, size) +
    usage.audioInput * at(card.audioInput ?? card.input, size) +
    usage.audioOutput * at(card.audioOutput ?? card.output, size) +
    usage.images * at(card.image ?? 0, size);
  return Math.round(nano * share);
}

function at(rate: Rate, inputSize: number): number {
  if (typeof rate === 'number') return rate;
  let price = rate.base;
  for (const tier of rate.tiers) if (inputSize > tier.start) price = tier.price;
  return price;
}
