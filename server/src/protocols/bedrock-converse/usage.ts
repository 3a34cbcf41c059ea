import { asArray, asObject, type Json } from '../../kernel/json.ts';
import { type Usage, usage } from '../../kernel/usage.ts';
import { tokenCount } from '../token-count.ts';

/** Cached tokens are counted outside of inputTokens. Undefined when there is no usage or a count is absurd. */
export function decodeUsage(value: Json | undefined): Usage | undefined {
  const from = asObject(value);
  if (from === undefined) return undefined;
  const input = tokenCount(from, 'inputTokens');
  const output = tokenCount(from, 'outputTokens');
  const cacheRead = tokenCount(from, 'cacheReadInputTokens', 'cacheReadInputTokenCount');
  const cacheWrite = tokenCount(from, 'cacheWriteInputTokens', 'cacheWriteInputTokenCount');
  const hours = (asArray(from.cacheDetails) ?? []).filter((detail) => asObject(detail)?.ttl === '1h');
  const hour = hours.reduce((sum: number, detail) => sum + tokenCount(asObject(detail), 'inputTokens'), 0);
  if ([input, output, cacheRead, cacheWrite, hour].some(Number.isNaN) || input + output + cacheRead === 0) {
    return undefined;
  }
  const cacheWrite1h = Math.min(hour, cacheWrite);
  return usage({ input, cacheRead, cacheWrite5m: cacheWrite - cacheWrite1h, cacheWrite1h, output });
}
