import type { LogPolicy } from '@weir/contract';
import { formatSignature, SIGNATURE_VERSION, signatureOf } from '../signature.ts';

/** A sound policy with one pattern, `polled`. */
export const samplePolicy: LogPolicy = {
  policy_id: 7,
  policy_version: 3,
  service_name: 'checkout',
  signature_version: SIGNATURE_VERSION,
  global_rate: 0.3,
  severity_rates: { DEBUG: 0.05, INFO: 0.2, WARNING: 0.5, ERROR: 1, CRITICAL: 1 },
  pattern_rates: { polled: 0.02 },
  locks: {},
  patterns: {
    polled: {
      template: 'Polled queue orders: <*> messages',
      signatures: [formatSignature(signatureOf('Polled queue orders: 12 messages'))],
    },
  },
  anomaly_boost: 3,
  boosts: [],
  first_k: 10,
  full_fidelity_until: null,
  fold_errors_per_second: null,
  reasoning: 'Polling is half of the volume.',
  generated_by: 'rules',
  model: null,
  author: 'cli',
  inputs_hash: '0'.repeat(64),
  created_at: '2026-03-01T10:00:00Z',
  analysis_summary: {
    total_logs: 1000,
    unique_patterns: 12,
    clusters: 3,
    anomalies: 0,
    error_rate: 0.01,
    severity_distribution: { INFO: 990, ERROR: 10 },
  },
};
