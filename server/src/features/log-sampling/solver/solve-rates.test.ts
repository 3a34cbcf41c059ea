import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requirement } from '../../../../../test/support/requirement.ts';
import { type MadePattern, windowOf } from '../testing/window-of.ts';
import { type RateQuestion, rateOf, type Solution, solveRates } from './solve-rates.ts';

function solve(made: Readonly<Record<string, MadePattern>>, of: Partial<RateQuestion> = {}): Solution {
  return solveRates({ ...windowOf(made), targetBytes: undefined, weights: new Map(), locks: {}, ...of });
}

describe(requirement('C10'), () => {
  test('without a target severities get the default rates and patterns that repeat themselves 0.01 to 0.2', () => {
    const { rates, target } = solve({
      heartbeat: { lines: { INFO: 90_000 } },
      request: { lines: { INFO: 2000 } },
      trace: { lines: { DEBUG: 1000 } },
      warning: { lines: { WARNING: 4000 } },
      rare: { lines: { INFO: 12 } },
    });
    expect(rates.severity).toEqual({ DEBUG: 0.05, INFO: 0.2, WARNING: 0.5, ERROR: 1, CRITICAL: 1 });
    expect(rates.pattern).toEqual({ heartbeat: 0.01, request: expect.closeTo(0.0447, 4), trace: 0.05 });
    expect(target).toBeUndefined();
  });

  test('every rate of a pattern that repeats itself is within 0.01..0.2, whatever the traffic', () => {
    const lines = fc.record({
      DEBUG: fc.integer({ min: 0, max: 1e6 }),
      INFO: fc.integer({ min: 0, max: 1e6 }),
      WARNING: fc.integer({ min: 0, max: 1e6 }),
      NONE: fc.integer({ min: 0, max: 1e6 }),
    });
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 30 }), (all) => {
        const made = Object.fromEntries(all.map((one, at) => [`p${at}`, { lines: one }]));
        for (const rate of Object.values(solve(made).rates.pattern)) {
          expect(rate).toBeGreaterThanOrEqual(0.01);
          expect(rate).toBeLessThanOrEqual(0.2);
        }
      }),
    );
  });
});

describe(requirement('C4'), () => {
  const made = {
    heartbeat: { lines: { INFO: 60_000 } },
    request: { lines: { INFO: 20_000, ERROR: 400 }, lineBytes: 200 },
    cache: { lines: { DEBUG: 30_000 }, lineBytes: 50 },
    login: { lines: { WARNING: 300 } },
    failure: { lines: { ERROR: 900 }, lineBytes: 400 },
  };
  const bytes = 6_000_000 + 4_080_000 + 1_500_000 + 30_000 + 360_000;

  test.each([0.9, 0.5, 0.3, 0.1])('a target of %d of the bytes is met by what is expected to be kept', (keep) => {
    const { expectation, target } = solve(made, { targetBytes: keep * bytes });
    expect(target?.isReachable).toBe(true);
    expect(expectation.keptBytes / (keep * bytes)).toBeCloseTo(1, 3);
  });

  test('errors are subtracted first and kept whole', () => {
    const { rates, expectation } = solve(made, { targetBytes: 0.1 * bytes });
    const failure = expectation.patterns.find(({ pattern }) => pattern === 'failure');
    expect(failure).toMatchObject({ lines: 900, keptLines: 900, countError: 0, lossChance: 0 });
    const { groups } = windowOf(made);
    for (const group of groups.filter(({ severity }) => severity === 'ERROR')) expect(rateOf(rates, {}, group)).toBe(1);
  });

  test('a target below what must be kept is called unreachable, with the floor', () => {
    const { expectation, target } = solve(made, { targetBytes: 0.02 * bytes });
    const errors = 400 * 200 + 900 * 400;
    const firstLines = 100 + 200 + 50 + 100;
    const lowest = 0.01 * (bytes - errors - firstLines);
    expect(target).toMatchObject({ isReachable: false, floorBytes: expect.closeTo(errors + firstLines + lowest, 3) });
    expect(expectation.keptBytes).toBeCloseTo(target?.floorBytes ?? 0, 0);
  });

  test('a rate that a person locked stays, and the others pay for it', () => {
    const locks = { heartbeat: 0.7 };
    const { rates, expectation } = solve(made, { targetBytes: 0.5 * bytes, locks });
    expect(rates.pattern).not.toHaveProperty('heartbeat');
    const heartbeat = expectation.patterns.find(({ pattern }) => pattern === 'heartbeat');
    expect(heartbeat?.keptLines).toBeCloseTo(10 + 0.7 * 59_990, 3);
    expect(expectation.keptBytes / (0.5 * bytes)).toBeCloseTo(1, 3);
  });

  test('first lines of signatures shrink before they eat a small target', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`p${at}`, { lines: { INFO: 20 } }]));
    const { rates, expectation, target } = solve(many, { targetBytes: 0.2 * 400_000 });
    expect(target?.isReachable).toBe(true);
    expect(rates.firstK).toBe(1);
    expect(expectation.keptBytes).toBeCloseTo(80_000, -1);
    expect(solve(many, { targetBytes: 0.8 * 400_000 }).rates.firstK).toBe(4);
  });

  test('thousands of patterns share rates by severity, and the target still holds', () => {
    const many = Object.fromEntries(
      Array.from({ length: 5000 }, (_, at) => [
        `p${at}`,
        { lines: { [at % 2 === 0 ? 'INFO' : 'DEBUG']: 20 + Math.round(400_000 / (at + 1)) } },
      ]),
    );
    const all = Object.values(many).reduce((sum, { lines }) => sum + 100 * (lines.INFO ?? lines.DEBUG ?? 0), 0);
    const { rates, expectation } = solve(many, { targetBytes: 0.4 * all });
    expect(Object.keys(rates.pattern)).toHaveLength(2000);
    expect(expectation.keptBytes / (0.4 * all)).toBeCloseTo(1, 3);
  });

  test('what is worth more gets more', () => {
    const weights = new Map([['request', 16]]);
    const plain = solve(made, { targetBytes: 0.3 * bytes }).rates.pattern.request ?? 0;
    expect(solve(made, { targetBytes: 0.3 * bytes, weights }).rates.pattern.request).toBeGreaterThan(1.5 * plain);
  });
});
