import { asObject, type Json } from '../../kernel/json.ts';
import { type Usage, usage } from '../../kernel/usage.ts';
import { tokenCount } from '../token-count.ts';

/** What is billed, which leaves out the prompt text Cohere adds; all tokens when nothing is said of billing. */
export function decodeUsage(value: Json | undefined): Usage | undefined {
  const from = asObject(value);
  const counted = asObject(from?.billed_units) ?? asObject(from?.tokens);
  if (counted === undefined) return undefined;
  const input = tokenCount(counted, 'input_tokens');
  const output = tokenCount(counted, 'output_tokens');
  const cached = tokenCount(from, 'cached_tokens');
  if ([input, output, cached].some(Number.isNaN) || input + output === 0) return undefined;
  const cacheRead = Math.min(cached, input);
  return usage({ input: input - cacheRead, cacheRead, output });
}
