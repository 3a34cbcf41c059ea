import type { LogPolicy, LogSeverity } from '@weir/contract';
import { describe, expect, it } from 'vitest';
import { requirement } from '../../test/support/requirement.ts';
import { compilePolicy, type Severity } from './decision.ts';
import { formatSignature, signatureOf } from './signature.ts';
import { samplePolicy } from './testing/sample-policy.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const LATER = '2026-03-01T13:00:00Z';
const EARLIER = '2026-03-01T11:00:00Z';
const POLLED = signatureOf('Polled queue orders: 12 messages');

/** The rate of a line of the pattern `polled`, or of none. */
function rate(policy: unknown, severity: Severity | undefined, signature = POLLED): number {
  const compiled = compilePolicy(policy);
  return compiled.rateOf(severity, compiled.ruleOf(signature), NOW);
}

describe(requirement('C2'), () => {
  it.each<Severity>(['ERROR', 'CRITICAL'])('keeps %s whatever the policy says', (severity) => {
    const zero = { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 0, CRITICAL: 0 };
    const policy = { ...samplePolicy, severity_rates: zero, locks: { polled: 0 }, pattern_rates: { polled: 0 } };
    expect(rate(policy, severity)).toBe(1);
    expect(rate({ ...policy, global_rate: 0 }, severity, 1)).toBe(1);
  });

  it('takes the lock, then the pattern, then the severity, then the rate of the service', () => {
    expect(rate({ ...samplePolicy, locks: { polled: 0.9 } }, 'INFO')).toBe(0.9);
    expect(rate(samplePolicy, 'INFO')).toBe(0.02);
    expect(rate(samplePolicy, 'INFO', 1)).toBe(0.2);
    expect(rate(samplePolicy, 'DEBUG', 1)).toBe(0.05);
    expect(rate(samplePolicy, 'WARNING', 1)).toBe(0.5);
    expect(rate(samplePolicy, undefined, 1)).toBe(0.3);
    expect(rate(samplePolicy, undefined)).toBe(0.02);
  });

  it('keeps lines of a severity that nobody can read', () => {
    expect(rate(samplePolicy, 'UNKNOWN')).toBe(1);
  });
});

describe('a boost', () => {
  const boosted = (pattern_id: string | null, expires_at: string): LogPolicy => ({
    ...samplePolicy,
    boosts: [{ pattern_id, reason: 'rate_band', expires_at }],
  });

  it('multiplies the rate of its pattern, or of all, until it ends', () => {
    expect(rate(boosted('polled', LATER), 'INFO')).toBeCloseTo(0.06);
    expect(rate(boosted('polled', LATER), 'INFO', 1)).toBe(0.2);
    expect(rate(boosted(null, LATER), 'INFO', 1)).toBeCloseTo(0.6);
    expect(rate(boosted(null, LATER), 'INFO')).toBeCloseTo(0.06);
    expect(rate(boosted('polled', EARLIER), 'INFO')).toBe(0.02);
  });

  it('ends at 1, and reaches a pattern that has no rate of its own', () => {
    expect(rate(boosted(null, LATER), 'WARNING', 1)).toBe(1);
    const own = { ...boosted('polled', LATER), pattern_rates: {} };
    expect(rate(own, 'INFO')).toBeCloseTo(0.6);
  });

  it('keeps everything when nobody can tell how strong it is', () => {
    for (const anomaly_boost of [0.5, Number.NaN, '3', null, undefined]) {
      expect(rate({ ...boosted(null, LATER), anomaly_boost }, 'INFO')).toBe(1);
    }
    expect(rate({ ...boosted(null, LATER), anomaly_boost: 1e308, pattern_rates: { polled: 0 } }, 'INFO')).toBe(0);
  });
});

describe('full fidelity', () => {
  it('keeps everything until it ends', () => {
    expect(rate({ ...samplePolicy, full_fidelity_until: LATER }, 'DEBUG')).toBe(1);
    expect(rate({ ...samplePolicy, full_fidelity_until: EARLIER }, 'DEBUG')).toBe(0.02);
  });
});

describe('a policy that is not sound', () => {
  it.each([undefined, null, 7, 'policy', [], true, () => 1, new Proxy({}, { getOwnPropertyDescriptor: throws })])(
    'keeps everything when it is no document: %s',
    (raw) => {
      for (const severity of ['DEBUG', undefined] as const) expect(rate(raw, severity)).toBe(1);
      expect(compilePolicy(raw).problems).not.toEqual([]);
    },
  );

  it.each(['severity_rates', 'pattern_rates', 'locks', 'patterns', 'boosts'])(
    'keeps everything when %s is something else',
    (section) => {
      for (const broken of [null, 7, 'x', section === 'boosts' ? {} : []]) {
        const policy = { ...samplePolicy, [section]: broken };
        if (section === 'boosts' && broken === null) continue;
        expect(rate(policy, 'DEBUG')).toBe(1);
      }
    },
  );

  it('keeps the lines of a rate that is none', () => {
    for (const broken of [Number.NaN, -1, 2, '0.1', null, {}, Number.POSITIVE_INFINITY]) {
      expect(rate({ ...samplePolicy, pattern_rates: { polled: broken } }, 'INFO')).toBe(1);
      expect(rate({ ...samplePolicy, locks: { polled: broken } }, 'INFO')).toBe(1);
      expect(rate({ ...samplePolicy, global_rate: broken }, undefined, 1)).toBe(1);
      expect(rate({ ...samplePolicy, severity_rates: { INFO: broken } }, 'INFO', 1)).toBe(1);
    }
  });

  it('keeps what it has no rate for, and is told nothing is wrong', () => {
    expect(rate({}, 'INFO')).toBe(1);
    expect(compilePolicy({}).problems).toEqual([]);
  });

  it('finds no rates in what objects inherit', () => {
    const policy = JSON.parse('{"__proto__": {"global_rate": 0}, "severity_rates": {"__proto__": {"INFO": 0}}}');
    expect(rate(policy, 'INFO')).toBe(1);
    expect(rate({ ...samplePolicy, pattern_rates: { constructor: 0, toString: 0 } }, 'INFO')).toBe(0.2);
    expect(({} as { global_rate?: number }).global_rate).toBeUndefined();
  });

  it('keeps everything when a pattern cannot be recognised', () => {
    const named = (signatures: unknown) => ({ ...samplePolicy, patterns: { polled: { template: '', signatures } } });
    for (const broken of ['x', null, ['xyz'], [7], ['ffffffffffffff']]) expect(rate(named(broken), 'INFO', 1)).toBe(1);
    expect(rate(named([]), 'INFO')).toBe(0.2);
  });

  it('lets a pattern that it does not describe be a signature', () => {
    const policy = { ...samplePolicy, patterns: {}, pattern_rates: { [formatSignature(POLLED)]: 0.01, P99: 0 } };
    expect(rate(policy, 'INFO')).toBe(0.01);
  });

  it('takes what keeps more when two patterns claim a line, and a lock before both', () => {
    const { polled } = samplePolicy.patterns;
    const twice = { ...samplePolicy, patterns: { polled, other: polled }, pattern_rates: { polled: 0.1, other: 0.7 } };
    expect(rate(twice, 'INFO')).toBe(0.7);
    expect(rate({ ...twice, locks: { polled: 0 } }, 'INFO')).toBe(0);
  });

  it('ignores pattern rates and locks of another signature version', () => {
    const policy = { ...samplePolicy, signature_version: 99, locks: { polled: 0 } };
    expect(rate(policy, 'INFO')).toBe(0.2);
    expect(compilePolicy(policy).problems).toHaveLength(1);
  });
});

it('knows the severities of the contract and one more', () => {
  const all: readonly Exclude<Severity, 'UNKNOWN'>[] = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];
  const same: readonly LogSeverity[] = all;
  expect(same).toHaveLength(5);
});

function throws(): never {
  throw new Error('no');
}
