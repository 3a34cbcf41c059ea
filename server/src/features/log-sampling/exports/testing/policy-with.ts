import type { LogPolicy } from '@weir/contract';

export const NOW_MS = Date.parse('2026-03-01T12:00:00Z');
export const LATER = '2026-03-01T13:00:00Z';
export const EARLIER = '2026-03-01T11:00:00Z';

/** A policy in which what a test says differs. */
export function policyWith(changes: Partial<LogPolicy> = {}): LogPolicy {
  return {
    policy_id: 7,
    policy_version: 3,
    service_name: 'checkout',
    signature_version: 1,
    global_rate: 0.4,
    severity_rates: { DEBUG: 0.05, INFO: 0.2, WARNING: 0.5, ERROR: 1, CRITICAL: 1 },
    pattern_rates: {},
    locks: {},
    patterns: {},
    anomaly_boost: 3,
    boosts: [],
    first_k: 10,
    full_fidelity_until: null,
    fold_errors_per_second: null,
    reasoning: '',
    generated_by: 'rules',
    model: null,
    author: 'cli',
    inputs_hash: '0'.repeat(64),
    created_at: '2026-03-01T10:00:00Z',
    analysis_summary: {
      total_logs: 0,
      unique_patterns: 0,
      clusters: 0,
      anomalies: 0,
      error_rate: 0,
      severity_distribution: {},
    },
    ...changes,
  };
}

/** With one pattern, `p1`, of this template. */
export function policyOf(template: string, rate: number, changes: Partial<LogPolicy> = {}): LogPolicy {
  return policyWith({ pattern_rates: { p1: rate }, patterns: { p1: { template, signatures: [] } }, ...changes });
}

/** Boosts of `p1`, or of the service. */
export function boostOf(patternId: string | null, expiresAt: string): LogPolicy['boosts'] {
  return [{ pattern_id: patternId, reason: 'rate_band', expires_at: expiresAt }];
}
