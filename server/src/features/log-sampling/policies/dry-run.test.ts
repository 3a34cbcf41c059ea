import type { LogPolicy } from '@weir/contract';
import { expect, test } from 'vitest';
import { windowOf } from '../testing/window-of.ts';
import { dryRun } from './dry-run.ts';

const { groups } = windowOf({ a: { lines: { INFO: 1010, ERROR: 10 } }, b: { lines: { DEBUG: 100 } } });

function policy(rates: Record<string, number>, of: Partial<LogPolicy> = {}): LogPolicy {
  const patterns = Object.fromEntries(
    Object.keys(rates).map((id) => [
      id,
      { template: id, signatures: [groups.find(({ pattern }) => pattern === id)?.signature ?? ''] },
    ]),
  );
  return {
    ...{
      policy_id: 0,
      policy_version: 0,
      service_name: 's',
      signature_version: 1,
      global_rate: 1,
      locks: {},
      patterns,
    },
    ...{ severity_rates: { DEBUG: 0.5, INFO: 0.2, WARNING: 1, ERROR: 1, CRITICAL: 1 }, pattern_rates: rates },
    ...{ anomaly_boost: 3, boosts: [], first_k: 10, full_fidelity_until: null, fold_errors_per_second: null },
    ...{ reasoning: '', generated_by: 'rules', model: null, author: 'a', inputs_hash: '', created_at: '' },
    analysis_summary: {
      total_logs: 0,
      unique_patterns: 0,
      clusters: 0,
      anomalies: 0,
      error_rate: 0,
      severity_distribution: {},
    },
    ...of,
  };
}

test('a dry run lets the sampler decide about every pattern, before and after', () => {
  const tried = dryRun({ groups, before: undefined, after: policy({ a: 0.1 }), target: undefined });
  expect(tried).toMatchObject({ lines: 1120, bytes: 112_000, keptBytesBefore: 112_000, problems: [] });
  // Errors, ten first lines and a tenth of the others; of b ten and half of the others.
  expect(
    tried.patterns.map(({ pattern, keptBefore, keptAfter }) => [pattern, keptBefore, Math.round(keptAfter)]),
  ).toEqual([
    ['a', 1020, 120],
    ['b', 100, 55],
  ]);
  const again = dryRun({ groups, before: policy({ a: 0.1 }), after: policy({ a: 0.5 }), target: undefined });
  expect(again.patterns[0]).toMatchObject({ keptBefore: expect.closeTo(120, 6), keptAfter: expect.closeTo(520, 6) });
});

test('what a policy breaks stands in its dry run', () => {
  const target = { bytes: 1000, floorBytes: 500 };
  const tried = dryRun({ groups, before: undefined, after: policy({ a: 0.1 }, { anomaly_boost: 0.5 }), target });
  expect(tried.problems).toEqual([expect.stringContaining('anomaly_boost'), expect.stringContaining('target 1000')]);
});
