import { createHash } from 'node:crypto';
import type { LogPolicy, PolicyPattern } from '@weir/contract';
import type { LogAnalysis } from '../analyze-lines.ts';
import type { Solution } from '../solver/solve-rates.ts';

/** A policy before it is stored: what numbers it, and what changes without a new version, is not there yet. */
export type PolicyDraft = Omit<LogPolicy, 'policy_id' | 'policy_version' | 'boosts' | 'full_fidelity_until'>;

export interface DraftParts {
  readonly service: string;
  readonly analysis: LogAnalysis;
  readonly solution: Solution;
  /** Patterns of locks that the window does not hold any more. */
  readonly knownPatterns: Readonly<Record<string, PolicyPattern>>;
  readonly locks: Readonly<Record<string, number>>;
  readonly signatureVersion: number;
  readonly names: ReadonlyMap<string, string>;
  readonly boost: number;
  readonly foldErrorsPerSecond: number | null;
  readonly reasoning: string;
  /** undefined: rules. */
  readonly model: string | undefined;
  readonly author: string;
  readonly nowMs: number;
  /** What else the numbers came from, as plain data. */
  readonly inputs: unknown;
}

export function buildPolicy(parts: DraftParts): PolicyDraft {
  const { analysis, solution, locks, names } = parts;
  const { rates } = solution;
  const named = new Set([...Object.keys(rates.pattern), ...Object.keys(locks)]);
  const patterns: Record<string, PolicyPattern> = {};
  for (const id of Object.keys(locks)) {
    const known = parts.knownPatterns[id];
    if (known !== undefined) patterns[id] = known;
  }
  for (const { id, template, signatures } of analysis.patterns) {
    if (!named.has(id)) continue;
    const name = names.get(id);
    patterns[id] = { template, signatures: [...signatures], ...(name === undefined ? {} : { name }) };
  }
  const counted = analysis.groups.map(({ signature, severity, lines, bytes }) => [signature, severity, lines, bytes]);
  return {
    service_name: parts.service,
    signature_version: parts.signatureVersion,
    global_rate: rates.global,
    severity_rates: { ...rates.severity, ERROR: 1, CRITICAL: 1 },
    pattern_rates: rates.pattern,
    locks,
    patterns,
    anomaly_boost: parts.boost,
    first_k: rates.firstK,
    fold_errors_per_second: parts.foldErrorsPerSecond,
    reasoning: parts.reasoning,
    generated_by: parts.model === undefined ? 'rules' : 'llm',
    model: parts.model ?? null,
    author: parts.author,
    inputs_hash: createHash('sha256')
      .update(JSON.stringify([counted, parts.inputs]))
      .digest('hex'),
    created_at: new Date(parts.nowMs).toISOString(),
    analysis_summary: analysis.summary,
  };
}
