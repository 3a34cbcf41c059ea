import type { LogPolicy } from '@weir/contract';
import { isProtected, type TrafficGroup } from './traffic.ts';

/** The rate that a policy gives such lines now, its boosts and full fidelity included. */
export function decide(policy: LogPolicy, group: TrafficGroup, nowMs: number): number {
  const { pattern, severity } = group;
  if (isProtected(severity)) return 1;
  if (policy.full_fidelity_until !== null && nowMs < Date.parse(policy.full_fidelity_until)) return 1;
  const bySeverity = severity === undefined ? policy.global_rate : policy.severity_rates[severity];
  const rate = policy.locks[pattern] ?? policy.pattern_rates[pattern] ?? bySeverity;
  const isBoosted = policy.boosts.some(
    ({ pattern_id, expires_at }) => (pattern_id === null || pattern_id === pattern) && nowMs < Date.parse(expires_at),
  );
  return isBoosted ? Math.min(1, rate * policy.anomaly_boost) : rate;
}
