import { describe, expect, test } from 'vitest';
import { bootstrapInterval } from './bootstrap.ts';
import { comparePairs } from './compare-pairs.ts';
import { confidenceSequence } from './confidence-sequence.ts';
import { holm } from './holm.ts';
import { mcnemarMidP } from './mcnemar.ts';
import { newcombeInterval } from './newcombe.ts';
import { permutationP } from './permutation.ts';
import { itemsMore, pairedItems, pairedPower } from './power.ts';
import { randomNumbers } from './random.ts';
import { meanInterval, quantileInterval, scoreInterval } from './sample-intervals.ts';
import { verdictOf } from './verdict.ts';

describe('tests of a paired difference', () => {
  test('McNemar: nothing changed says nothing, one-sided changes say much, at any size', () => {
    expect(mcnemarMidP(0, 0)).toBe(1);
    expect(mcnemarMidP(0, 5)).toBeCloseTo(0.03125, 12);
    expect(mcnemarMidP(3, 3)).toBeCloseTo(1, 12);
    expect(mcnemarMidP(2000, 2000)).toBeGreaterThan(0.98);
    expect(mcnemarMidP(2000, 2300)).toBeLessThan(1e-5);
  });

  test('permutation: pairs without a difference change nothing, and p is never 0', () => {
    expect(permutationP([1, 1, 1, 1, 1], 1)).toBe(2 / 32);
    expect(permutationP([1, 1, 1, 1, 1, 0, 0], 1)).toBe(2 / 32);
    expect(permutationP([0, 0], 1)).toBe(1);
    expect(permutationP(new Array(50).fill(0.5), 1)).toBe(1 / 10_001);
  });

  test("Holm: the smallest of three p counts threefold, and no p gets below a smaller one's", () => {
    expect(holm([0.03, 0.01, 0.02])).toEqual([0.04, 0.03, 0.04]);
    expect(holm([0.6, 0.7])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe('intervals of a paired difference', () => {
  test("Newcombe: his example 'table II (a)' and tables with empty margins", () => {
    const { low, high } = newcombeInterval({ bothPassed: 36, gained: 12, lost: 2, bothFailed: 0 }, 0.95);
    expect([low, high].map((bound) => Math.round(bound * 10_000))).toEqual([569, 3404]);
    const same = newcombeInterval({ bothPassed: 50, gained: 0, lost: 0, bothFailed: 0 }, 0.95);
    expect(same.low).toBeCloseTo(-same.high, 12);
    expect(same.high).toBeGreaterThan(0);
  });

  test('bootstrap: the same seed gives the same bounds, a constant difference no width, one cluster none', () => {
    const clusters = Array.from({ length: 40 }, (_, at) => [(at % 7) / 7 - 0.3]);
    const first = bootstrapInterval(clusters, { level: 0.95, seed: 4 });
    expect(bootstrapInterval(clusters, { level: 0.95, seed: 4 })).toEqual(first);
    expect(bootstrapInterval(clusters, { level: 0.95, seed: 5 })).not.toEqual(first);
    expect(bootstrapInterval([[0.5], [0.5, 0.5]], { level: 0.95, seed: 1 })).toEqual({ low: 0.5, high: 0.5 });
    expect(bootstrapInterval([[0.1, 0.2, 0.3]], { level: 0.95, seed: 1 })).toBeUndefined();
  });

  test('bootstrap: pairs that vary together are worth less than as many independent ones', () => {
    const values = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 1 : -1) * (0.2 + at / 100));
    const width = (interval: { low: number; high: number } | undefined) => (interval?.high ?? 0) - (interval?.low ?? 0);
    const alone = values.flatMap((value) => [[value], [value], [value], [value]]);
    const together = values.map((value) => [value, value, value, value]);
    const of = { level: 0.95, seed: 1 };
    expect(width(bootstrapInterval(together, of)) / width(bootstrapInterval(alone, of))).toBeCloseTo(2, 0);
  });

  test('a confidence sequence is wider than an interval of one look, and shrinks', () => {
    const next = randomNumbers(1);
    const values = Array.from({ length: 800 }, () => next() / 2 ** 32);
    const at = (n: number) => confidenceSequence(values.slice(0, n), { level: 0.95, tunedFor: 100 });
    const width = (n: number) => (at(n)?.high ?? 0) - (at(n)?.low ?? 0);
    expect(width(100)).toBeGreaterThan((2 * 1.96 * Math.sqrt(1 / 12)) / 10);
    expect(width(100)).toBeLessThan((2 * 3.2 * Math.sqrt(1 / 12)) / 10);
    expect(width(800)).toBeLessThan(width(100) / 2);
    expect(at(1)).toBeUndefined();
  });
});

describe('intervals of one sample', () => {
  test('scores: like shares when they are 0 and 1, and wide enough when they are not', () => {
    const half = scoreInterval([0, 1, 0, 1, 0, 1, 0, 1, 0, 1], 0.95);
    expect([half?.low, half?.high].map((bound) => bound?.toFixed(3))).toEqual(['0.237', '0.763']);
    expect(scoreInterval([0.5, 0.5], 0.95)).toEqual(scoreInterval([0, 1], 0.95));
    expect(scoreInterval([], 0.95)).toBeUndefined();
  });

  test('a mean: two standard errors about it', () => {
    const { low, high } = meanInterval([1, 2, 3, 4], 0.95) ?? { low: 0, high: 0 };
    expect((low + high) / 2).toBeCloseTo(2.5, 12);
    expect((high - low) / 2).toBeCloseTo(1.96 * Math.sqrt(5 / 3 / 4), 3);
    expect(meanInterval([1], 0.95)).toBeUndefined();
  });

  test('a quantile: holds the true one in 95% of samples, and says nothing of a few', () => {
    const next = randomNumbers(5);
    for (const quantile of [0.5, 0.95]) {
      let held = 0;
      for (let sample = 0; sample < 2000; sample++) {
        const sorted = Array.from({ length: 200 }, () => next() / 2 ** 32).sort((a, b) => a - b);
        const interval = quantileInterval(sorted, { quantile, level: 0.95 });
        if (interval !== undefined && interval.low <= quantile && quantile <= interval.high) held++;
      }
      expect(held / 2000).toBeGreaterThan(0.93);
      expect(held / 2000).toBeLessThan(0.98);
    }
    expect(quantileInterval([1, 2, 3, 4], { quantile: 0.95, level: 0.95 })).toBeUndefined();
  });
});

describe('power', () => {
  test('pairs of 75% and 80% that share their difficulty: 200, 400, 800 items see the difference in 36%, 64%, 89%', () => {
    const expected = { difference: 0.05, discordant: 0.189 };
    for (const [items, power] of [
      [200, 0.36],
      [400, 0.64],
      [800, 0.9],
    ] as const) {
      expect(Math.abs(pairedPower(expected, { items, alpha: 0.05 }) - power)).toBeLessThan(0.02);
    }
    const items = pairedItems(expected, { power: 0.8, alpha: 0.05 });
    expect(pairedPower(expected, { items, alpha: 0.05 })).toBeCloseTo(0.8, 2);
    expect(pairedItems({ difference: 0, discordant: 0.2 }, { power: 0.8, alpha: 0.05 })).toBe(Infinity);
  });

  test('says how many items more decide: four times the items for half the width', () => {
    const undecided = { difference: 0.1, items: 100, level: 0.95, margin: 0.05 };
    const more = itemsMore({ ...undecided, halfWidth: 0.2 });
    expect(more).toBeGreaterThan(600);
    expect(itemsMore({ ...undecided, halfWidth: 0.4 }) + 100).toBeCloseTo(4 * (more + 100), -2);
    expect(itemsMore({ ...undecided, halfWidth: 0 })).toBe(Infinity);
  });
});

describe('a verdict', () => {
  const of = (low: number, high: number, p: number) =>
    verdictOf({ interval: { low, high }, p, alpha: 0.05, margin: 0.03 });
  test.each([
    ['better', of(0.01, 0.09, 0.01)],
    ['worse', of(-0.09, -0.01, 0.01)],
    ['equivalent', of(-0.02, 0.02, 0.8)],
    ['equivalent', of(0.001, 0.02, 0.01)],
    ['not enough evidence', of(-0.02, 0.05, 0.4)],
    // The test after Holm does not agree with the interval.
    ['not enough evidence', of(0.001, 0.09, 0.07)],
  ])('is %s', (verdict, told) => expect(told).toBe(verdict));
});

describe('comparing pairs', () => {
  test('takes the method that the scores ask for, and pairs whatever their order', () => {
    const shares = Array.from({ length: 60 }, (_, at) => ({
      ...{ item: `i${at}`, cluster: undefined },
      ...{ baseline: at % 2, candidate: at % 3 === 0 ? 1 : 0 },
    }));
    const told = comparePairs(shares, { level: 0.95, seed: 1 });
    expect(told).toMatchObject({ method: 'mcnemar', items: 60, clusters: 60, baseline: 0.5, candidate: 1 / 3 });
    expect(told?.interval.low).toBeLessThan(told?.difference ?? 0);
    expect(comparePairs([...shares].reverse(), { level: 0.95, seed: 1 })).toEqual(told);
    const graded = shares.map((each) => ({ ...each, candidate: each.candidate / 2 }));
    expect(comparePairs(graded, { level: 0.95, seed: 1 })?.method).toBe('bootstrap');
    const grouped = shares.map((each, at) => ({ ...each, cluster: `c${at % 20}` }));
    expect(comparePairs(grouped, { level: 0.95, seed: 1 })).toMatchObject({
      method: 'cluster-bootstrap',
      clusters: 20,
    });
    expect(comparePairs(shares.slice(0, 1), { level: 0.95, seed: 1 })).toBeUndefined();
  });
});
