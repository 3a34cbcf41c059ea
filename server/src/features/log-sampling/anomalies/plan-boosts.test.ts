import { describe, expect, test } from 'vitest';
import type { Anomaly } from './find-anomalies.ts';
import { type Boost, type BoostQuestion, planBoosts } from './plan-boosts.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const anomaly = (pattern: string | null, kind: Anomaly['kind'] = 'rate_band'): Anomaly => ({
  ...{ kind, pattern, seen: 9, usual: 1 },
});

/** p: 1,000 bytes an hour at rate 0.1; q: ten times as many. */
function plan(of: Partial<BoostQuestion>): Boost[] {
  return planBoosts({
    anomalies: [],
    boosts: [],
    traffic: new Map([
      ['p', { bytesPerHour: 1000, rate: 0.1 }],
      ['q', { bytesPerHour: 10_000, rate: 0.1 }],
    ]),
    factor: 3,
    capBytesPerHour: 1e6,
    forMs: 15 * MINUTE,
    nowMs: NOW,
    ...of,
  });
}

describe('boosts', () => {
  test('multiply what is unusual for a quarter of an hour, and say what that costs', () => {
    expect(plan({ anomalies: [anomaly('p')] })).toEqual([
      { pattern: 'p', reason: 'rate_band', startedAt: NOW, expiresAt: NOW + 15 * MINUTE, bytes: expect.closeTo(50, 9) },
    ]);
    expect(plan({ anomalies: [anomaly(null, 'error_surge')] })[0]?.bytes).toBeCloseTo(11_000 * 0.2 * 0.25, 9);
  });

  test('go on until they expire, and one pattern has one', () => {
    const boosts = plan({ anomalies: [anomaly('p')] });
    const later = plan({ boosts, anomalies: [anomaly('p')], nowMs: NOW + 14 * MINUTE });
    expect(later).toEqual(boosts);
    expect(plan({ boosts, nowMs: NOW + 15 * MINUTE })).toEqual([]);
  });

  test('stay below the cap of an hour: dear ones are left out, error surges come first', () => {
    const anomalies = [anomaly('q'), anomaly('p')];
    expect(plan({ anomalies, capBytesPerHour: 100 }).map(({ pattern }) => pattern)).toEqual(['p']);
    const surge = [...anomalies, anomaly(null, 'error_surge')];
    expect(plan({ anomalies: surge, capBytesPerHour: 560 }).map(({ reason }) => reason)).toEqual(['error_surge']);
    expect(plan({ anomalies, capBytesPerHour: 0 })).toEqual([]);
  });

  test('that are over still count for an hour', () => {
    const boosts = plan({ anomalies: [anomaly('p')] });
    const again = { boosts, anomalies: [anomaly('p')], capBytesPerHour: 60 };
    expect(plan({ ...again, nowMs: NOW + 20 * MINUTE })).toEqual([]);
    expect(plan({ ...again, nowMs: NOW + 61 * MINUTE })).toHaveLength(1);
  });

  test('end when their pattern floods beyond the cap', () => {
    const boosts = plan({ anomalies: [anomaly('p')], capBytesPerHour: 1000 });
    const traffic = new Map([['p', { bytesPerHour: 1e9, rate: 0.1 }]]);
    expect(plan({ boosts, traffic, capBytesPerHour: 1000, nowMs: NOW + MINUTE })).toEqual([]);
  });
});
