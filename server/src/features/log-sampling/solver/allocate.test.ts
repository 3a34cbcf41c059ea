import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate, type Share } from './allocate.ts';

const share = (of: Partial<Share> = {}): Share => ({ lines: 1000, lineBytes: 100, weight: 1, floor: 0, ...of });
const bytesOf = (shares: readonly Share[], rates: readonly number[]) =>
  shares.reduce((sum, { lines, lineBytes }, at) => sum + lines * lineBytes * (rates[at] ?? 0), 0);

describe('rates under a budget of bytes', () => {
  test('keep as many bytes of every pattern when alpha is 0, small ones whole', () => {
    const shares = [share({ lines: 10_000 }), share({ lines: 1000 }), share({ lines: 10 })];
    const rates = allocate(shares, { budgetBytes: 101_000, alpha: 0 });
    expect(rates[2]).toBe(1);
    expect((rates[0] ?? 0) * 10_000).toBeCloseTo(500, 6);
    expect((rates[1] ?? 0) * 1000).toBeCloseTo(500, 6);
  });

  test('cut patterns of equal lines alike when alpha is 1', () => {
    const shares = [share({ lines: 10_000 }), share({ lines: 7 })];
    for (const rate of allocate(shares, { budgetBytes: 0.3 * 1_000_700, alpha: 1 })) expect(rate).toBeCloseTo(0.3, 9);
  });

  test('keep less of what is loud when alpha is below 0', () => {
    const [loud = 0, quiet = 0] = allocate([share({ lines: 8000 }), share()], { budgetBytes: 90_000, alpha: -0.5 });
    expect((loud * 8000) / (quiet * 1000)).toBeCloseTo(8 ** -0.5, 6);
  });

  test('give what is worth four times as much twice the examples', () => {
    const [plain = 0, dear = 0] = allocate([share(), share({ weight: 4 })], { budgetBytes: 30_000, alpha: 0 });
    expect(dear / plain).toBeCloseTo(2, 9);
  });

  test('are the floors when the budget is below them, and 1 when it is above everything', () => {
    const shares = [share({ floor: 0.1 }), share({ floor: 0.4 })];
    expect(allocate(shares, { budgetBytes: 10, alpha: 0.5 })).toEqual([0.1, 0.4]);
    expect(allocate(shares, { budgetBytes: 1e9, alpha: 0.5 })).toEqual([1, 1]);
  });

  test('spend any reachable budget exactly and never leave floor..1', () => {
    const anyShare = fc.record({
      lines: fc.integer({ min: 1, max: 1_000_000 }),
      lineBytes: fc.double({ min: 1, max: 5000, noNaN: true }),
      weight: fc.double({ min: 0.01, max: 100, noNaN: true }),
      floor: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const cases = [
      fc.array(anyShare, { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0, max: 1.2, noNaN: true }),
    ] as const;
    fc.assert(
      fc.property(...cases, fc.double({ min: -1, max: 1, noNaN: true }), (shares, keep, alpha) => {
        const all = bytesOf(
          shares,
          shares.map(() => 1),
        );
        const floor = bytesOf(
          shares,
          shares.map((one) => one.floor),
        );
        const rates = allocate(shares, { budgetBytes: keep * all, alpha });
        for (const [at, rate] of rates.entries()) {
          expect(rate).toBeGreaterThanOrEqual(shares[at]?.floor ?? 0);
          expect(rate).toBeLessThanOrEqual(1);
        }
        const wanted = Math.min(all, Math.max(floor, keep * all));
        expect(Math.abs(bytesOf(shares, rates) - wanted)).toBeLessThanOrEqual(all * 1e-9);
      }),
      { numRuns: 1000 },
    );
  });
});
