import type { JsonObject } from '../kernel/json.ts';

/** No call has a billion tokens: larger numbers are nonsense and must not reach a ledger. */
const MAX_TOKENS = 1e9;

/**
 * The count under the first of these names that is there (null counts as absent): 0 when none is, NaN when it is not a
 * token count (negative, fractional, absurdly large, not a number).
 */
export function tokenCount(json: JsonObject | undefined, ...names: readonly string[]): number {
  if (json === undefined) return 0;
  for (const name of names) {
    const value = json[name];
    if (value === undefined || value === null) continue;
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TOKENS
      ? value
      : Number.NaN;
  }
  return 0;
}
