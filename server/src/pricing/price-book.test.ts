import { describe, expect, it } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import { usage } from '../kernel/usage.ts';
import { PriceBook } from './price-book.ts';

const NOW = Date.UTC(2026, 10, 20);
const million = usage({ input: 1_000_000, output: 1_000_000 });
const book = new PriceBook({});
const usdPerMillion = (provider: string, model: string) => {
  const nano = book.cost({ provider, model, usage: million, atMs: NOW });
  return nano === undefined ? undefined : nano / 1e9;
};

describe(requirement('B14'), () => {
  it.each([
    ['openai', 'gpt-4', 90],
    ['openai', 'gpt-4o-mini', 0.75],
    ['openai', 'gpt-3.5-turbo', 2],
  ])('prices a million tokens in and out of %s/%s', (provider, model, usd) => {
    expect(usdPerMillion(provider, model)).toBeCloseTo(usd, 9);
  });
});

describe(requirement('E3'), () => {
  it.each([
    ['mixtral-8x7b-32768', 0.54],
    ['llama-3.3-70b-versatile', 1.38],
    ['llama-3.1-70b-versatile', 1.38],
  ])('prices Groq model %s', (model, usd) => {
    expect(usdPerMillion('groq', model)).toBeCloseTo(usd, 9);
  });
});

describe(requirement('D7'), () => {
  it('prices cached, uncached, output and reasoning tokens apart', () => {
    const counted = usage({ input: 16, cacheRead: 5, output: 11, reasoning: 2 });
    const nano = book.cost({ provider: 'openai', model: 'gpt-4o-mini', usage: counted, atMs: NOW });
    expect(nano).toBe(16 * 150 + 5 * 75 + 13 * 600);
  });

  it('takes the higher step for the whole call when the prompt is past the threshold', () => {
    const cost = (input: number) =>
      book.cost({
        provider: 'anthropic',
        model: 'claude-sonnet-4-5',
        usage: usage({ input, output: 1000 }),
        atMs: NOW,
      });
    expect(cost(199_000)).toBe(199_000 * 3000 + 1000 * 15_000);
    expect(cost(201_000)).toBe(201_000 * 6000 + 1000 * 22_500);
  });

  it('knows when it knows no price', () => {
    expect(usdPerMillion('openai', 'no-such-model')).toBeUndefined();
    expect(usdPerMillion('unheard-of', 'gpt-4')).toBeUndefined();
  });

  it('lets configuration override the catalogue', () => {
    const own = new PriceBook({ 'local/llama': { input: 1, output: 2, cache_read: 0.5, image: 0.04 } });
    const counted = usage({ input: 10, cacheRead: 10, output: 10, images: 2 });
    expect(own.cost({ provider: 'local', model: 'llama', usage: counted, atMs: NOW })).toBe(
      10_000 + 5000 + 20_000 + 80_000_000,
    );
  });

  it('prices lines of batches at the share the provider or the configuration says, and not at all when none does', () => {
    const own = new PriceBook({ 'local/llama': { input: 1, output: 2, batch: 0.25 }, 'x/y': { input: 1, output: 2 } });
    const cost = (provider: string, model: string) =>
      own.cost({ provider, model, usage: usage({ input: 1_000_001, output: 1_000_000 }), atMs: NOW, batch: true });
    expect(cost('openai', 'gpt-4o-mini')).toBe(375_000_075);
    expect(cost('groq', 'llama-3.3-70b-versatile')).toBe(690_000_295);
    expect(cost('local', 'llama')).toBe(750_000_250);
    expect(cost('x', 'y')).toBeUndefined();
    expect(cost('anthropic', 'claude-sonnet-4-5')).toBeUndefined();
  });

  it('rounds once, after the sum', () => {
    const own = new PriceBook({ 'x/y': { input: 0.0004, output: 0 } });
    expect(own.cost({ provider: 'x', model: 'y', usage: usage({ input: 3 }), atMs: NOW })).toBe(1);
  });
});
