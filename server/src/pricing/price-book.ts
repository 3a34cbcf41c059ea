import { calcPrice } from '@pydantic/genai-prices';
import { startOfDay } from '../kernel/time.ts';
import { totalTokens, type Usage } from '../kernel/usage.ts';
import { costOf, type Rate, type RateCard } from './rate-card.ts';
import { SEED_PRICES } from './seed-prices.ts';

/** Prices from configuration, in USD per million tokens (image: USD each), by `provider/model`. */
export type PriceOverrides = Readonly<
  Record<
    string,
    {
      readonly input: number;
      readonly output: number;
      readonly cache_read?: number | undefined;
      readonly cache_write?: number | undefined;
      readonly cache_write_1h?: number | undefined;
      readonly reasoning?: number | undefined;
      readonly audio_input?: number | undefined;
      readonly audio_output?: number | undefined;
      readonly image?: number | undefined;
      readonly batch?: number | undefined;
    }
  >
>;

/** nano-USD per token for a price in USD per million tokens. */
const NANO_PER_TOKEN = 1000;
const NANO_PER_USD = 1e9;

/** Our names of providers in the catalogue. */
const CATALOGUE_IDS: Readonly<Record<string, readonly string[]>> = {
  openai: ['openai'],
  anthropic: ['anthropic'],
  groq: ['groq'],
  'azure-openai': ['azure', 'openai'],
  bedrock: ['aws'],
  vertex: ['google', 'anthropic'],
  gemini: ['google'],
  mistral: ['mistral'],
  cohere: ['cohere'],
  huggingface: [
    'huggingface_together',
    'huggingface_novita',
    'huggingface_fireworks-ai',
    'huggingface_hyperbolic',
    'huggingface_nebius',
  ],
};

/** Runs on the operator's own hardware: what a token costs is not ours to know, but the provider bills nothing. */
const FREE_PROVIDERS: ReadonlySet<string> = new Set(['ollama']);
const FREE: RateCard = { input: 0, output: 0 };

/**
 * What a line of a batch at the provider costs, as a share of a single call's price, from the providers' price pages; the
 * bundled catalogue has no prices of batches. Others: not known.
 */
const BATCH_SHARES: Readonly<Record<string, number>> = { openai: 0.5, 'azure-openai': 0.5, groq: 0.5, mistral: 0.5 };

/** By provider and model, so that looking one up puts no name together. */
type Cards<T> = Map<string, Map<string, T>>;

/** Clients choose model names, so what is kept of them needs a bound. */
const MAX_KEPT = 10_000;

/**
 * The dated price catalogue: configuration first, then the promised prices, then the bundled catalogue at the day of the
 * call. A card is looked up once per model and day, so pricing a call is arithmetic.
 */
export class PriceBook {
  readonly #overrides: Cards<RateCard>;
  /** Undefined: known to have none. */
  readonly #cards: Cards<RateCard | undefined> = new Map();
  #kept = 0;
  #day = 0;

  constructor(overrides: PriceOverrides) {
    this.#overrides = new Map();
    for (const [name, price] of [...Object.entries(SEED_PRICES), ...Object.entries(overrides)]) {
      const slash = name.indexOf('/');
      modelsOf(this.#overrides, name.slice(0, slash)).set(name.slice(slash + 1), cardOf(price));
    }
  }

  /** Whole nano-USD; undefined when no price is known for the model at that time, or for lines of a provider's batch. */
  cost(of: {
    provider: string;
    name?: string;
    model: string;
    usage: Usage;
    atMs: number;
    batch?: boolean;
  }): number | undefined {
    const card =
      (of.name === undefined ? undefined : this.#overrides.get(of.name)?.get(of.model)) ??
      this.card(of.provider, of.model, of.atMs);
    if (card === undefined) return undefined;
    // Images that are billed one by one and whose price is not known are not free.
    const byImage = of.usage.images > 0 && totalTokens(of.usage) === 0;
    if (byImage && card.image === undefined) return undefined;
    if (of.batch !== true) return costOf(of.usage, card);
    const share = card.batch ?? BATCH_SHARES[of.provider];
    return share === undefined ? undefined : costOf(of.usage, card, share);
  }

  card(provider: string, model: string, atMs: number): RateCard | undefined {
    const day = startOfDay(atMs);
    if (day !== this.#day || this.#kept > MAX_KEPT) {
      this.#cards.clear();
      this.#kept = 0;
      this.#day = day;
    }
    const known = this.#cards.get(provider)?.get(model);
    if (known !== undefined) return known;
    const models = modelsOf(this.#cards, provider);
    if (models.has(model)) return undefined;
    const own = this.#overrides.get(provider)?.get(model);
    const card = own ?? (FREE_PROVIDERS.has(provider) ? FREE : catalogueCard(provider, model, atMs));
    models.set(model, card);
    this.#kept++;
    return card;
  }
}

function modelsOf<T>(cards: Cards<T>, provider: string): Map<string, T> {
  let models = cards.get(provider);
  if (models === undefined) {
    models = new Map();
    cards.set(provider, models);
  }
  return models;
}

function cardOf(price: PriceOverrides[string]): RateCard {
  const rate = (usd: number | undefined, name: keyof RateCard): Partial<RateCard> =>
    usd === undefined ? {} : { [name]: usd * NANO_PER_TOKEN };
  return {
    input: price.input * NANO_PER_TOKEN,
    output: price.output * NANO_PER_TOKEN,
    ...rate(price.cache_read, 'cacheRead'),
    ...rate(price.cache_write, 'cacheWrite5m'),
    ...rate(price.cache_write_1h, 'cacheWrite1h'),
    ...rate(price.reasoning, 'reasoning'),
    ...rate(price.audio_input, 'audioInput'),
    ...rate(price.audio_output, 'audioOutput'),
    ...(price.image === undefined ? {} : { image: price.image * NANO_PER_USD }),
    ...(price.batch === undefined ? {} : { batch: price.batch }),
  };
}

interface CataloguePrices {
  readonly input_mtok?: CatalogueRate;
  readonly output_mtok?: CatalogueRate;
  readonly cache_read_mtok?: CatalogueRate;
  readonly cache_write_mtok?: CatalogueRate;
  readonly cache_write_1h_mtok?: CatalogueRate;
  readonly output_reasoning_mtok?: CatalogueRate;
  readonly input_audio_mtok?: CatalogueRate;
  readonly output_audio_mtok?: CatalogueRate;
}

type CatalogueRate = number | { readonly base: number; readonly tiers: readonly { start: number; price: number }[] };

function catalogueCard(provider: string, model: string, atMs: number): RateCard | undefined {
  for (const id of CATALOGUE_IDS[provider] ?? []) {
    const found = calcPrice({ input_tokens: 1, output_tokens: 1 }, model, {
      providerId: id,
      timestamp: new Date(atMs),
    });
    const card = found === null ? undefined : fromCatalogue(found.model_price as CataloguePrices);
    if (card !== undefined) return card;
  }
  return undefined;
}

function fromCatalogue(prices: CataloguePrices): RateCard | undefined {
  const input = nanoRate(prices.input_mtok);
  if (input === undefined) return undefined;
  const rate = (price: CatalogueRate | undefined, name: keyof RateCard): Partial<RateCard> => {
    const nano = nanoRate(price);
    return nano === undefined ? {} : { [name]: nano };
  };
  return {
    input,
    output: nanoRate(prices.output_mtok) ?? 0,
    ...rate(prices.cache_read_mtok, 'cacheRead'),
    ...rate(prices.cache_write_mtok, 'cacheWrite5m'),
    ...rate(prices.cache_write_1h_mtok, 'cacheWrite1h'),
    ...rate(prices.output_reasoning_mtok, 'reasoning'),
    ...rate(prices.input_audio_mtok, 'audioInput'),
    ...rate(prices.output_audio_mtok, 'audioOutput'),
  };
}

/** Catalogue prices are decimal floats: the product is rounded to a millionth of a nano-USD to lose their noise. */
function nanoRate(price: CatalogueRate | undefined): Rate | undefined {
  if (price === undefined) return undefined;
  const nano = (usd: number) => Math.round(usd * NANO_PER_TOKEN * 1e6) / 1e6;
  if (typeof price === 'number') return nano(price);
  return { base: nano(price.base), tiers: price.tiers.map((tier) => ({ start: tier.start, price: nano(tier.price) })) };
}
