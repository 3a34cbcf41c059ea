import { describe, expect, it } from 'vitest';
import { totalTokens, usage } from '../../kernel/usage.ts';
import { decodeUsage, encodeUsage } from './usage.ts';

describe('usage of the Responses wire', () => {
  it('comes out of its buckets as it went in', () => {
    const json = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 20 },
      output_tokens: 40,
      output_tokens_details: { reasoning_tokens: 25 },
      total_tokens: 140,
    };
    const decoded = decodeUsage(json) ?? usage({});
    expect(encodeUsage(decoded)).toEqual(json);
    expect(totalTokens(decoded)).toBe(140);
  });

  it('tells long-lived cache writes apart', () => {
    const details = { cached_tokens: 0, cache_write_tokens: 30, cache_write_tokens_details: { ttl_12h_tokens: 10 } };
    expect(decodeUsage({ input_tokens: 50, input_tokens_details: details, output_tokens: 1 })).toMatchObject({
      input: 20,
      cacheWrite5m: 20,
      cacheWrite1h: 10,
    });
  });

  it('never counts more in the details than in the whole', () => {
    const json = {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 99, cache_write_tokens: 99 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 99 },
    };
    expect(totalTokens(decodeUsage(json) ?? usage({}))).toBe(15);
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [{ input_tokens: 0, output_tokens: 0 }],
    [{ input_tokens: -1, output_tokens: 5 }],
    [{ input_tokens: 'many', output_tokens: 5 }],
    [{ input_tokens: 5, output_tokens: 5, input_tokens_details: { cached_tokens: 0.5 } }],
  ])('is absent when the provider says %j', (json) => {
    expect(decodeUsage(json)).toBeUndefined();
  });
});
