import { asObject, type JsonObject } from '../../kernel/json.ts';
import { inputTokens, outputTokens, totalTokens, type Usage } from '../../kernel/usage.ts';
import { tokenCount } from '../token-count.ts';

/**
 * Reads an OpenAI usage object into disjoint buckets. Cached, cache-write and audio tokens are part of prompt_tokens,
 * reasoning and audio part of completion_tokens. Absent when a number is absurd, or when both totals are zero: no call
 * is free of prompt tokens, so Weir's estimate is the better answer.
 */
export function decodeUsage(json: JsonObject): Usage | undefined {
  const promptDetails = asObject(json.prompt_tokens_details);
  const completionDetails = asObject(json.completion_tokens_details);
  const prompt = tokenCount(json, 'prompt_tokens');
  const completion = tokenCount(json, 'completion_tokens');
  // DeepSeek and Moonshot count cache hits beside the details.
  const cached =
    promptDetails?.cached_tokens === undefined
      ? tokenCount(json, 'prompt_cache_hit_tokens', 'cached_tokens')
      : tokenCount(promptDetails, 'cached_tokens');
  const counts = {
    prompt,
    completion,
    cached,
    cacheWrite: tokenCount(promptDetails, 'cache_write_tokens'),
    audioInput: tokenCount(promptDetails, 'audio_tokens'),
    reasoning: tokenCount(completionDetails, 'reasoning_tokens'),
    audioOutput: tokenCount(completionDetails, 'audio_tokens'),
    outside: outsideReasoning(json, prompt + completion, tokenCount(completionDetails, 'reasoning_tokens')),
  };
  if (Object.values(counts).some(Number.isNaN) || prompt + completion === 0) return undefined;
  return disjoint(counts);
}

/** Some providers leave reasoning out of completion_tokens and show it only in the total. */
function outsideReasoning(json: JsonObject, counted: number, reasoning: number): number {
  const extra = tokenCount(json, 'total_tokens') - counted;
  return extra > 0 && (reasoning === 0 || reasoning === extra) ? extra : 0;
}

interface Counts {
  readonly prompt: number;
  readonly completion: number;
  readonly cached: number;
  readonly cacheWrite: number;
  readonly audioInput: number;
  readonly reasoning: number;
  readonly audioOutput: number;
  /** Reasoning tokens that completion_tokens does not hold. */
  readonly outside: number;
}

/** Details never exceed the total they are part of, so the buckets always add up to what was billed. */
function disjoint(counts: Counts): Usage {
  const cacheRead = Math.min(counts.cached, counts.prompt);
  const cacheWrite5m = Math.min(counts.cacheWrite, counts.prompt - cacheRead);
  const audioInput = Math.min(counts.audioInput, counts.prompt - cacheRead - cacheWrite5m);
  const inside = counts.outside > 0 ? 0 : Math.min(counts.reasoning, counts.completion);
  const audioOutput = Math.min(counts.audioOutput, counts.completion - inside);
  return {
    input: counts.prompt - cacheRead - cacheWrite5m - audioInput,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output: counts.completion - inside - audioOutput,
    reasoning: inside + counts.outside,
    audioInput,
    audioOutput,
    images: 0,
  };
}

export function encodeUsage(usage: Usage): JsonObject {
  return {
    prompt_tokens: inputTokens(usage),
    completion_tokens: outputTokens(usage),
    total_tokens: totalTokens(usage),
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
      audio_tokens: usage.audioInput,
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning, audio_tokens: usage.audioOutput },
  };
}
