import { compilePolicy } from '@weir/sampler/decision';
import { describe, expect, it } from 'vitest';
import { binomialInterval } from './binomial.ts';
import { findDisagreements } from './disagreements.ts';
import { isKeptBySampler, rateBySampler, testLines, testPolicy } from './lines.ts';

const LINES = testLines(20_000, 7);
const POLICY = compilePolicy(testPolicy());

describe('the measure of agreement', () => {
  it('knows binomial intervals', () => {
    expect(binomialInterval(10, 0.5, 0.05)).toEqual({ least: 2, most: 8 });
    expect(binomialInterval(100, 0.02, 0.01)).toEqual({ least: 0, most: 6 });
    expect(binomialInterval(100, 0, 0.01)).toEqual({ least: 0, most: 0 });
    expect(binomialInterval(100, 1, 0.01)).toEqual({ least: 100, most: 100 });
  });

  it('finds that the sampler agrees with its own rates', () => {
    const outcomes = LINES.map(({ group, event }) => ({
      group,
      rate: rateBySampler(POLICY, event),
      kept: isKeptBySampler(POLICY, event),
    }));
    expect(findDisagreements(outcomes)).toEqual([]);
  });

  it('finds one pattern that is kept half as often again', () => {
    const other = testPolicy();
    const wrong = compilePolicy({ ...other, pattern_rates: { ...other.pattern_rates, words: 0.45 } });
    const outcomes = LINES.map(({ group, event }) => ({
      group,
      rate: rateBySampler(POLICY, event),
      kept: isKeptBySampler(wrong, event),
    }));
    const found = findDisagreements(outcomes);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((one) => one.startsWith('words at'))).toBe(true);
  });

  it('finds a single error that is lost', () => {
    const lost = LINES.findIndex(({ event }) => event.severity === 'ERROR');
    const outcomes = LINES.map(({ group, event }, index) => ({
      group,
      rate: rateBySampler(POLICY, event),
      kept: index !== lost && isKeptBySampler(POLICY, event),
    }));
    expect(findDisagreements(outcomes)).toHaveLength(1);
  });
});
