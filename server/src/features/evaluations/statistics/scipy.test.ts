import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { findProgram } from '../../../../../test/support/find-program.ts';
import { requires } from '../../../../../test/support/optional.ts';
import { bootstrapInterval } from './bootstrap.ts';
import { mcnemarMidP } from './mcnemar.ts';
import { newcombeInterval } from './newcombe.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { permutationP } from './permutation.ts';
import { randomNumbers } from './random.ts';

const ORACLE = fileURLToPath(new URL('../../../../../scripts/statistics-oracle.py', import.meta.url));
const PER_KIND = 40;
const draw = randomNumbers(20);
const random = () => draw() / 2 ** 32;
const whole = (below: number) => Math.floor(random() * below);
const each = <T>(make: (at: number) => T): T[] => Array.from({ length: PER_KIND }, (_, at) => make(at));

/** Skewed, with ties, on a grid or not: what scores look like. */
const differences = (n: number) =>
  Array.from({ length: n }, () => {
    const value = random() ** 2 - 0.3 * random();
    return random() < 0.3 ? 0 : Math.round(value * 20) / 20;
  });

const CASES = {
  midp: each((at) => ({ gained: whole(at < 20 ? 12 : 400), lost: at % 5 === 0 ? 7 : whole(at < 20 ? 12 : 400) })),
  newcombe: each(() => ({
    ...{ bothPassed: whole(200), gained: whole(30), lost: whole(30), bothFailed: 1 + whole(60) },
    level: random() < 0.5 ? 0.95 : 0.9,
  })),
  bootstrap: each((at) => ({ differences: differences(30 + whole(120)), level: 0.95, seed: at })),
  permutation: each((at) => {
    const isExact = at < 20;
    const values = differences(isExact ? 4 + whole(9) : 40 + whole(100)).map((value) => value - 0.1);
    return { differences: values, seed: at, resamples: isExact ? 2 ** 13 : 10_000 };
  }),
  normal: each(() => ({ z: 16 * random() - 8, p: random() })),
};

requires('scipy')('the statistics, against SciPy on 200 cases', () => {
  const answers = new Map<string, unknown[]>();
  beforeAll(() => {
    const asked = Object.entries(CASES).flatMap(([kind, cases]) => cases.map((one) => ({ kind, ...one })));
    const python = findProgram('scipy') ?? '';
    const { status, stdout, stderr } = spawnSync(python, [ORACLE], { input: JSON.stringify(asked), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const answered = JSON.parse(stdout) as unknown[];
    expect(answered).toHaveLength(200);
    for (const [at, kind] of Object.keys(CASES).entries()) {
      answers.set(kind, answered.slice(at * PER_KIND, (at + 1) * PER_KIND));
    }
  }, 120_000);

  test('McNemar mid-p is the same', () => {
    for (const [at, { gained, lost }] of CASES.midp.entries()) {
      expect(mcnemarMidP(gained, lost)).toBeCloseTo(answers.get('midp')?.[at] as number, 10);
    }
  });

  test("Newcombe's interval is the same", () => {
    for (const [at, pairs] of CASES.newcombe.entries()) {
      const [low, high] = (answers.get('newcombe') ?? [])[at] as [number, number];
      const own = newcombeInterval(pairs, pairs.level);
      expect(own.low).toBeCloseTo(low, 10);
      expect(own.high).toBeCloseTo(high, 10);
    }
  });

  test('the bootstrap interval is the same but for chance', () => {
    for (const [at, { differences: values, level, seed }] of CASES.bootstrap.entries()) {
      const [low, high] = (answers.get('bootstrap') ?? [])[at] as [number, number];
      const own = bootstrapInterval(
        values.map((value) => [value]),
        { level, seed },
      );
      // Two draws of 10,000 differ in an end by about 4% of a standard error, and a standard error is a quarter of the width.
      const slack = 0.04 * (high - low);
      expect(Math.abs((own?.low ?? Number.NaN) - low)).toBeLessThan(slack);
      expect(Math.abs((own?.high ?? Number.NaN) - high)).toBeLessThan(slack);
    }
  });

  test('the permutation p is the same: exactly where all changes of sign are tried, else but for chance', () => {
    for (const [at, { differences: values, seed }] of CASES.permutation.entries()) {
      const p = answers.get('permutation')?.[at] as number;
      const slack = at < 20 ? 1e-9 : 0.001 + 6 * Math.sqrt((p * (1 - p)) / 10_000);
      expect(Math.abs(permutationP(values, seed) - p)).toBeLessThan(slack);
    }
  });

  test('the normal distribution and its quantiles are the same', () => {
    for (const [at, { z, p }] of CASES.normal.entries()) {
      const [share, quantile] = (answers.get('normal') ?? [])[at] as [number, number];
      expect(normalCdf(z)).toBeCloseTo(share, 13);
      expect(normalQuantile(p)).toBeCloseTo(quantile, 10);
    }
  });
});
