import { asObject, type JsonObject } from '../../kernel/json.ts';
import { inputTokens, outputTokens, totalTokens, type Usage, usage } from '../../kernel/usage.ts';
import { tokenCount } from '../token-count.ts';

/**
 * The wire counts cached tokens inside input and reasoning tokens inside output; Weir's buckets are disjoint. Absent when
 * a number is absurd or there are none: then Weir's estimate is the better answer.
 */
export function decodeUsage(value: unknown): Usage | undefined {
  const json = asObject(value);
  const inputDetails = asObject(json?.input_tokens_details);
  const input = tokenCount(json, 'input_tokens');
  const output = tokenCount(json, 'output_tokens');
  const cacheRead = Math.min(input, tokenCount(inputDetails, 'cached_tokens'));
  const written = Math.min(input - cacheRead, tokenCount(inputDetails, 'cache_write_tokens'));
  const longLived = tokenCount(asObject(inputDetails?.cache_write_tokens_details), 'ttl_12h_tokens');
  const cacheWrite1h = Math.min(written, longLived);
  const reasoning = Math.min(output, tokenCount(asObject(json?.output_tokens_details), 'reasoning_tokens'));
  const buckets = {
    input: input - cacheRead - written,
    cacheRead,
    cacheWrite5m: written - cacheWrite1h,
    cacheWrite1h,
    output: output - reasoning,
    reasoning,
  };
  const absurd = Object.values(buckets).some(Number.isNaN);
  return absurd || input + output === 0 ? undefined : usage(buckets);
}

/** Every detail is a required number in the official types, so none is left out. */
export function encodeUsage(of: Usage): JsonObject {
  return {
    input_tokens: inputTokens(of),
    input_tokens_details: { cached_tokens: of.cacheRead, cache_write_tokens: of.cacheWrite5m + of.cacheWrite1h },
    output_tokens: outputTokens(of),
    output_tokens_details: { reasoning_tokens: of.reasoning },
    total_tokens: totalTokens(of),
  };
}
