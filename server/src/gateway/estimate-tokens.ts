/** Characters per token before a model's own replies taught better. */
const DEFAULT_CHARACTERS_PER_TOKEN = 4;
const SMOOTHING = 0.05;

/** Token estimates on the path of a call: characters divided by a ratio learnt per model from real usage. */
export class TokenEstimator {
  readonly #ratios = new Map<string, number>();

  estimate(model: string, characters: number): number {
    return Math.ceil(characters / (this.#ratios.get(model) ?? DEFAULT_CHARACTERS_PER_TOKEN));
  }

  /** Learns from a prompt whose true size the provider told. Short prompts are mostly overhead and teach nothing. */
  learn(model: string, characters: number, tokens: number): void {
    if (characters < 200 || tokens < 20) return;
    const seen = Math.min(8, Math.max(1, characters / tokens));
    const ratio = this.#ratios.get(model);
    this.#ratios.set(model, ratio === undefined ? seen : ratio + SMOOTHING * (seen - ratio));
  }
}
