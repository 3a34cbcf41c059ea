import { SIGNATURE_VERSION } from '@weir/sampler/signature';
import type { LogAnalysis } from '../../../features/log-sampling/analyze-lines.ts';
import { buildPolicy } from '../../../features/log-sampling/policies/build-policy.ts';
import { dryRun } from '../../../features/log-sampling/policies/dry-run.ts';
import { explainPolicy } from '../../../features/log-sampling/policies/explain-policy.ts';
import { DEFAULT_ANOMALY_BOOST } from '../../../features/log-sampling/solver/default-rates.ts';
import { solveRates } from '../../../features/log-sampling/solver/solve-rates.ts';

/** A policy by rules, with what it would have kept of the log it is made of; undefined `targetBytes`: the default rates. */
export function makePolicy(analysis: LogAnalysis, of: { targetBytes: number | undefined; usdPerGb: number }) {
  const { patterns, groups } = analysis;
  const solution = solveRates({ patterns, groups, targetBytes: of.targetBytes, weights: new Map(), locks: {} });
  const draft = buildPolicy({
    ...{ service: '', analysis, solution, locks: {}, knownPatterns: {}, names: new Map(), author: 'cli' },
    ...{ signatureVersion: SIGNATURE_VERSION, boost: DEFAULT_ANOMALY_BOOST, foldErrorsPerSecond: null },
    ...{ model: undefined, nowMs: Date.now(), inputs: of.targetBytes ?? null },
    reasoning: `Rules: ${explainPolicy({ analysis, solution, usdPerGb: of.usdPerGb })}`,
  });
  const document = { ...draft, policy_id: 0, policy_version: 0, boosts: [], full_fidelity_until: null };
  const tried = dryRun({ groups, before: undefined, after: document, target: solution.target });
  return { document, solution, tried, usdPerGb: of.usdPerGb };
}
