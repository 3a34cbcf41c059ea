import { asObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import { outputTokens, type Usage, usage } from '../../../kernel/usage.ts';

/** No call has more; a larger number is an upstream's mistake. */
const MAX_TOKENS = 1_000_000_000;

/**
 * Usage of a message. This wire counts cached tokens outside input_tokens and thinking inside output_tokens. undefined
 * when there is none or when a count is absurd: then Weir estimates.
 */
export function decodeUsage(value: Json | undefined): Usage | undefined {
  const from = asObject(value);
  if (from === undefined) return undefined;
  const created = asObject(from.cache_creation) ?? {};
  const input = count(from.input_tokens);
  const output = count(from.output_tokens);
  const cacheRead = count(from.cache_read_input_tokens);
  const cacheWrite = count(from.cache_creation_input_tokens);
  const cacheWrite1h = count(created.ephemeral_1h_input_tokens);
  const cacheWrite5m = count(created.ephemeral_5m_input_tokens);
  const thinking = count(asObject(from.output_tokens_details)?.thinking_tokens);
  const counts = [input, output, cacheRead, cacheWrite, cacheWrite1h, cacheWrite5m, thinking];
  if (counts.includes(Number.NaN) || (input === undefined && output === undefined)) return undefined;
  // One hour is part of the total; without a total it is all there is.
  const oneHour = cacheWrite === undefined ? (cacheWrite1h ?? 0) : Math.min(cacheWrite1h ?? 0, cacheWrite);
  const reasoning = Math.min(thinking ?? 0, output ?? 0);
  return usage({
    input: input ?? 0,
    cacheRead: cacheRead ?? 0,
    cacheWrite5m: cacheWrite === undefined ? (cacheWrite5m ?? 0) : cacheWrite - oneHour,
    cacheWrite1h: oneHour,
    output: (output ?? 0) - reasoning,
    reasoning,
  });
}

/** A later usage of the same stream: counts are totals, fields it leaves out keep their value. */
export function mergeUsage(earlier: JsonObject, later: JsonObject): JsonObject {
  const merged = { ...earlier };
  for (const key of Object.keys(later)) {
    const value = later[key];
    if (value !== undefined && value !== null) merged[key] = value;
  }
  return merged;
}

/** undefined when absent, NaN when absurd. */
function count(value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TOKENS;
  return isCount ? value : Number.NaN;
}

/** Usage as messages and the last event of a stream show it. */
export function encodeUsage(of: Usage): JsonObject {
  return {
    input_tokens: of.input + of.audioInput,
    cache_creation_input_tokens: of.cacheWrite5m + of.cacheWrite1h,
    cache_read_input_tokens: of.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: of.cacheWrite5m,
      ephemeral_1h_input_tokens: of.cacheWrite1h,
    },
    output_tokens: outputTokens(of),
    output_tokens_details: of.reasoning > 0 ? { thinking_tokens: of.reasoning } : null,
    server_tool_use: null,
    service_tier: null,
  };
}
