import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TokenCalibration } from './calibration.ts';
import { countTexts } from './encode.ts';

const MODEL = 'house/model';

describe('the calibration of token counts', () => {
  it('knows nothing before three prompts, and then the ratio of their sums', () => {
    const calibration = new TokenCalibration();
    calibration.learn(MODEL, { counted: 100, told: 120 });
    calibration.learn(MODEL, { counted: 200, told: 240 });
    expect(calibration.ratio(MODEL)).toBeUndefined();
    calibration.learn(MODEL, { counted: 700, told: 740 });
    expect(calibration.ratio(MODEL)).toBeCloseTo(1.1);
    expect(calibration.ratio('house/other')).toBeUndefined();
  });

  it('believes no count that cannot be, and no short prompt', () => {
    const calibration = new TokenCalibration();
    for (const [counted, told] of [
      [100, 10],
      [100, 1000],
      [100, 0],
      [10, 17],
      [0, 0],
      [100, Number.NaN],
    ] as const) {
      for (let times = 0; times < 5; times++) calibration.learn(MODEL, { counted, told });
    }
    expect(calibration.ratio(MODEL)).toBeUndefined();
  });

  it('follows a model that changes', () => {
    const calibration = new TokenCalibration();
    for (let times = 0; times < 200; times++) calibration.learn(MODEL, { counted: 100, told: 150 });
    for (let times = 0; times < 64; times++) calibration.learn(MODEL, { counted: 100, told: 110 });
    expect(calibration.ratio(MODEL)).toBeCloseTo(1.1);
  });

  it('goes on after a restart', () => {
    const calibration = new TokenCalibration();
    for (let times = 0; times < 5; times++) calibration.learn(MODEL, { counted: 100, told: 130 });
    const next = new TokenCalibration();
    next.restore(calibration.saved());
    expect(next.ratio(MODEL)).toBeCloseTo(1.3);
    expect([calibration.changes, next.changes]).toEqual([5, 0]);
  });

  it('is off by at most 3% in the median where another tokeniser counts the pages of a chat', async () => {
    // cl100k stands for a provider's own tokeniser: the pages of this repository, as prompts that grow like a chat.
    const texts = globSync('docs/*.md').map((file) => readFileSync(file, 'utf8').slice(0, 12_000));
    expect(texts.length).toBeGreaterThan(10);
    const ours = (await countTexts(texts, 'o200k_base')).each;
    const theirs = (await countTexts(texts, 'cl100k_base')).each.map((tokens) => Math.round(tokens * 1.21) + 9);
    const calibration = new TokenCalibration();
    const errors: number[] = [];
    for (const [at, counted] of ours.entries()) {
      const ratio = calibration.ratio(MODEL);
      const told = theirs[at] ?? 0;
      if (ratio !== undefined) errors.push(Math.abs(counted * ratio - told) / told);
      calibration.learn(MODEL, { counted, told });
    }
    errors.sort((a, b) => a - b);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.03);
    expect(errors[Math.floor(errors.length * 0.95)]).toBeLessThan(0.08);
  });
});
