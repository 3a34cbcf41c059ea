/** Pairs that are remembered of a model; newer ones replace the oldest. */
const REMEMBERED = 64;
/** Fewer pairs say nothing yet. */
const LEAST_PAIRS = 3;
/** Shorter prompts are mostly the provider's own frame. */
const LEAST_TOKENS = 30;
/** No tokeniser of a language model is further from o200k than that; what is further is a mistake. */
const LEAST_RATIO = 0.5;
const MOST_RATIO = 3;

type Pair = readonly [counted: number, told: number];

/**
 * How many tokens of a model one o200k token is worth, learnt from prompts whose size the provider told. The ratio is that of
 * the sums over the last prompts: long ones weigh more, and one odd reply weighs little.
 */
export class TokenCalibration {
  /** By `provider/model`. */
  readonly #pairs = new Map<string, Pair[]>();
  #changes = 0;

  /** Undefined: too little is known. */
  ratio(model: string): number | undefined {
    const pairs = this.#pairs.get(model);
    if (pairs === undefined || pairs.length < LEAST_PAIRS) return undefined;
    let counted = 0;
    let told = 0;
    for (const pair of pairs) {
      counted += pair[0];
      told += pair[1];
    }
    return told / counted;
  }

  learn(model: string, of: { counted: number; told: number }): void {
    if (!isPlausible(of)) return;
    const pairs = this.#pairs.get(model) ?? [];
    pairs.push([of.counted, of.told]);
    if (pairs.length > REMEMBERED) pairs.shift();
    this.#pairs.set(model, pairs);
    this.#changes++;
  }

  /** Goes up with everything that is learnt. */
  get changes(): number {
    return this.#changes;
  }

  /** What `restore` takes. */
  saved(): string {
    return JSON.stringify(Object.fromEntries(this.#pairs));
  }

  /** Takes what an earlier process learnt, and nothing else that may stand there. */
  restore(saved: string): void {
    for (const [model, pairs] of Object.entries(JSON.parse(saved) as Record<string, Pair[]>)) {
      for (const [counted, told] of pairs) this.learn(model, { counted, told });
    }
    this.#changes = 0;
  }
}

function isPlausible({ counted, told }: { counted: number; told: number }): boolean {
  return counted >= LEAST_TOKENS && told >= counted * LEAST_RATIO && told <= counted * MOST_RATIO;
}
