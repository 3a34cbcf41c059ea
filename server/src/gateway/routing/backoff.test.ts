import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requirement } from '../../../../test/support/requirement.ts';
import { backoffMs } from './backoff.ts';

const SEED = { baseDelayMs: 1000, maxDelayMs: 8000 };

describe(requirement('B5'), () => {
  test.each([
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [4, 8000],
    [5, 8000],
    [40, 8000],
  ])('retry %i waits exactly its ceiling of %i ms when jitter is none', (retry, ceiling) => {
    expect(backoffMs(retry, { ...SEED, jitter: 'none' }, () => 0.5)).toBe(ceiling);
  });

  test('full jitter stays below the ceiling and reaches down to zero', () => {
    expect(backoffMs(2, { ...SEED, jitter: 'full' }, () => 0)).toBe(0);
    expect(backoffMs(2, { ...SEED, jitter: 'full' }, () => 0.999_999)).toBe(1999);
  });

  test('no setting and no chance leads past the maximum or below zero', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.record({
          baseDelayMs: fc.nat(100_000),
          maxDelayMs: fc.nat(100_000),
          jitter: fc.constantFrom('full', 'none'),
        }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (retry, settings, chance) => {
          const delay = backoffMs(retry, settings as Parameters<typeof backoffMs>[1], () => chance);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(settings.maxDelayMs);
        },
      ),
    );
  });
});
