/**
 * Tokens of one attempt in disjoint buckets: no token is counted twice, so the sum over all token buckets is the total.
 * Providers count differently (OpenAI counts cached tokens inside input, Anthropic outside); each wire's codec converts.
 */
export interface Usage {
  /** Prompt tokens that were neither read from nor written to a provider cache, without audio. */
  readonly input: number;
  readonly cacheRead: number;
  /** Written to the provider's cache with the short (5 minute or unspecified) lifetime. */
  readonly cacheWrite5m: number;
  /** Written to the provider's cache with the one hour lifetime. */
  readonly cacheWrite1h: number;
  /** Completion tokens without reasoning and audio. */
  readonly output: number;
  readonly reasoning: number;
  readonly audioInput: number;
  readonly audioOutput: number;
  /** Images generated (a count, not tokens). */
  readonly images: number;
}

export const NO_USAGE: Usage = Object.freeze({
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
  audioInput: 0,
  audioOutput: 0,
  images: 0,
});

export function usage(buckets: Partial<Usage>): Usage {
  return { ...NO_USAGE, ...buckets };
}

/** All prompt tokens, cached or not: what OpenAI calls prompt_tokens. */
export function inputTokens(of: Usage): number {
  return of.input + of.cacheRead + of.cacheWrite5m + of.cacheWrite1h + of.audioInput;
}

/** All completion tokens: what OpenAI calls completion_tokens. */
export function outputTokens(of: Usage): number {
  return of.output + of.reasoning + of.audioOutput;
}

export function totalTokens(of: Usage): number {
  return inputTokens(of) + outputTokens(of);
}

export function addUsage(left: Usage, right: Usage): Usage {
  return {
    input: left.input + right.input,
    cacheRead: left.cacheRead + right.cacheRead,
    cacheWrite5m: left.cacheWrite5m + right.cacheWrite5m,
    cacheWrite1h: left.cacheWrite1h + right.cacheWrite1h,
    output: left.output + right.output,
    reasoning: left.reasoning + right.reasoning,
    audioInput: left.audioInput + right.audioInput,
    audioOutput: left.audioOutput + right.audioOutput,
    images: left.images + right.images,
  };
}
