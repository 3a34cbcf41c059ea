import type { LogPolicy } from '@weir/contract';

/** How far bytes may be from a reachable target. */
export const TARGET_TOLERANCE = 0.05;

/**
 * What a policy would break of what is promised, in words; empty: nothing. It looks at the finished document, whoever chose its
 * numbers.
 */
export function verifyPolicy(
  policy: Pick<
    LogPolicy,
    'global_rate' | 'severity_rates' | 'pattern_rates' | 'locks' | 'patterns' | 'anomaly_boost' | 'first_k'
  >,
  kept: { bytes: number; target: { bytes: number; floorBytes: number } | undefined },
): string[] {
  const problems: string[] = [];
  const { severity_rates, pattern_rates, locks, patterns } = policy;
  for (const severity of ['ERROR', 'CRITICAL'] as const) {
    if (severity_rates[severity] !== 1) problems.push(`severity_rates.${severity} is not 1`);
  }
  const named: [string, number][] = [
    ['global_rate', policy.global_rate],
    ...Object.entries(severity_rates).map(([name, rate]): [string, number] => [`severity_rates.${name}`, rate]),
    ...Object.entries(pattern_rates).map(([id, rate]): [string, number] => [`pattern_rates.${id}`, rate]),
    ...Object.entries(locks).map(([id, rate]): [string, number] => [`locks.${id}`, rate]),
  ];
  for (const [name, rate] of named) if (!(rate >= 0 && rate <= 1)) problems.push(`${name} is not within 0..1`);
  for (const id of [...Object.keys(pattern_rates), ...Object.keys(locks)]) {
    if (!Object.hasOwn(patterns, id)) problems.push(`patterns does not say what ${id} is`);
  }
  if (!(policy.anomaly_boost >= 1)) problems.push('anomaly_boost is below 1');
  if (!(policy.first_k >= 1)) problems.push('first_k is below 1');
  return kept.target === undefined ? problems : [...problems, ...overTarget(kept.bytes, kept.target)];
}

function overTarget(bytes: number, target: { bytes: number; floorBytes: number }): string[] {
  const allowed = Math.max(target.bytes, target.floorBytes) * (1 + TARGET_TOLERANCE);
  return bytes <= allowed ? [] : [`keeps ${Math.round(bytes)} bytes of the window, target ${Math.round(target.bytes)}`];
}
