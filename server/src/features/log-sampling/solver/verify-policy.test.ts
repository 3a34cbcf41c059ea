import { describe, expect, test } from 'vitest';
import { requirement } from '../../../../../test/support/requirement.ts';
import { verifyPolicy } from './verify-policy.ts';

const GOOD = {
  global_rate: 0.3,
  severity_rates: { DEBUG: 0.05, INFO: 0.2, WARNING: 0.5, ERROR: 1, CRITICAL: 1 } as const,
  pattern_rates: { p1: 0.01 },
  locks: {},
  patterns: { p1: { template: 'x <*>', signatures: ['00000000000001'] } },
  anomaly_boost: 3,
  first_k: 10,
};
const NO_TARGET = { bytes: 10, target: undefined };

describe(requirement('C2'), () => {
  test('a policy as rules make it breaks nothing', () => {
    expect(verifyPolicy(GOOD, NO_TARGET)).toEqual([]);
  });

  test.each([
    ['severity_rates.ERROR', { severity_rates: { ...GOOD.severity_rates, ERROR: 0.5 as 1 } }],
    ['severity_rates.CRITICAL', { severity_rates: { ...GOOD.severity_rates, CRITICAL: Number.NaN as 1 } }],
    ['global_rate', { global_rate: 1.2 }],
    ['pattern_rates.p1', { pattern_rates: { p1: -0.1 } }],
    ['patterns does not say what p2 is', { pattern_rates: { p2: 0.5 } }],
    ['locks.p1', { locks: { p1: Number.NaN } }],
    ['anomaly_boost', { anomaly_boost: 0.9 }],
    ['first_k', { first_k: 0 }],
  ])('names %s when it is wrong', (what, wrong) => {
    expect(verifyPolicy({ ...GOOD, ...wrong }, NO_TARGET).join()).toContain(what);
  });

  test('names bytes above the target, and measures an unreachable one by its floor', () => {
    expect(verifyPolicy(GOOD, { bytes: 106, target: { bytes: 100, floorBytes: 20 } })).toHaveLength(1);
    expect(verifyPolicy(GOOD, { bytes: 104, target: { bytes: 100, floorBytes: 20 } })).toEqual([]);
    expect(verifyPolicy(GOOD, { bytes: 204, target: { bytes: 100, floorBytes: 200 } })).toEqual([]);
  });
});
