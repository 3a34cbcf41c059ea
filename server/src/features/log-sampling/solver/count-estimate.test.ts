import { describe, expect, test } from 'vitest';
import { estimateCount } from './count-estimate.ts';

describe('a count told from kept lines', () => {
  test('is exact when everything was kept', () => {
    expect(estimateCount({ certain: 10, sampled: 32, rate: 1 })).toEqual({ count: 42, low: 42, high: 42 });
  });

  test('weighs sampled lines by one over their rate', () => {
    const { count, low, high } = estimateCount({ certain: 10, sampled: 50, rate: 0.1 });
    expect(count).toBe(510);
    // The bounds are where 50 is Z standard deviations away: |50 - n/10| = Z sqrt(n * 0.09).
    for (const n of [low - 10, high - 10]) expect(Math.abs(50 - n / 10) / Math.sqrt(n * 0.09)).toBeCloseTo(1.96, 3);
  });

  test('is never told to be below what was seen, and bounded above when nothing was', () => {
    expect(estimateCount({ certain: 3, sampled: 0, rate: 0.5 })).toMatchObject({ count: 3, low: 3 });
    expect(estimateCount({ certain: 3, sampled: 0, rate: 0.5 }).high).toBeGreaterThan(3);
    expect(estimateCount({ certain: 0, sampled: 99, rate: 0.999 }).low).toBe(99);
  });
});
