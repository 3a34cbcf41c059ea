import { z } from 'zod';

/** Severities of a policy. TRACE counts as DEBUG, NOTICE as INFO, FATAL and everything above as CRITICAL. */
export const LOG_SEVERITIES = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export type LogSeverity = (typeof LOG_SEVERITIES)[number];

const rate = z.number().min(0).max(1);

export const severityRatesSchema = z.strictObject({
  DEBUG: rate,
  INFO: rate,
  WARNING: rate,
  ERROR: z.literal(1).describe('Always kept'),
  CRITICAL: z.literal(1).describe('Always kept'),
});

export const analysisSummarySchema = z.object({
  total_logs: z.number().int(),
  unique_patterns: z.number().int(),
  clusters: z.number().int().describe('Groups of patterns alike in wording'),
  anomalies: z.number().int(),
  error_rate: z.number().describe('Share of lines at ERROR or above, 0..1'),
  severity_distribution: z.record(z.string(), z.number().int()).describe('Lines by severity'),
});

/** A pattern as a policy names it: how to recognise its lines by first-level signature, or by template where there is none. */
export const policyPatternSchema = z.object({
  template: z.string().describe('The text with every variable as <*>'),
  signatures: z.array(z.string()).describe('First-level signatures of its lines, 14 hexadecimal digits each'),
  name: z.string().optional().describe('A name for people; absent: the template speaks for itself'),
});

/**
 * What decides which log lines an application keeps. Immutable once stored; `weir logs policy --out` writes the same
 * shape with policy_id 0. Precedence: protected severity > lock > pattern rate > severity rate > global rate, then boost.
 */
export const logPolicySchema = z.object({
  policy_id: z.number().int(),
  policy_version: z.number().int().describe('Counts up from 1 in each service'),
  service_name: z.string(),
  signature_version: z.number().int().describe('A sampler with another version ignores pattern_rates and locks'),
  global_rate: rate.describe('For lines without a severity'),
  severity_rates: severityRatesSchema,
  pattern_rates: z.record(z.string(), rate).describe('By pattern id'),
  locks: z.record(z.string(), rate).describe('By pattern id; set by a person, never changed by solver or model'),
  patterns: z
    .record(z.string(), policyPatternSchema)
    .describe('Every pattern that pattern_rates, locks or boosts name'),
  anomaly_boost: z.number().min(1).describe('Multiplies the rate of a boosted pattern or service'),
  boosts: z
    .array(
      z.object({
        pattern_id: z.string().nullable().describe('null: the whole service'),
        reason: z.enum(['rate_band', 'new_pattern', 'error_surge', 'error_share']),
        expires_at: z.string().describe('ISO 8601'),
      }),
    )
    .describe('Boosts that are on now; they change without a new version'),
  first_k: z.number().int().min(0).describe('Lines of each new signature kept whole, per process'),
  full_fidelity_until: z.string().nullable().describe('ISO 8601; until then everything is kept'),
  fold_errors_per_second: z
    .number()
    .positive()
    .nullable()
    .describe('Opt-in: beyond so many lines of one signature a second, errors are folded into counted records'),
  reasoning: z.string(),
  generated_by: z.enum(['llm', 'rules']),
  model: z.string().nullable().describe('provider/model that gave the value classes; null: rules'),
  author: z.string().describe('Key id or cli'),
  inputs_hash: z.string().describe('SHA-256 of what the policy was computed from, hexadecimal'),
  created_at: z.string().describe('ISO 8601'),
  analysis_summary: analysisSummarySchema,
});
export type LogPolicy = z.infer<typeof logPolicySchema>;
export type AnalysisSummary = z.infer<typeof analysisSummarySchema>;
export type PolicyPattern = z.infer<typeof policyPatternSchema>;

/** One pattern's minute as a sampler reports it; counts are exact, kept plus dropped is seen. */
export const patternStatSchema = z.object({
  signature: z.string().describe('14 hexadecimal digits'),
  count: z.number().int().describe('Lines seen'),
  sampled_count: z.number().int().describe('Lines kept'),
  bytes: z.number().int().optional().describe('UTF-8 bytes seen; absent: unknown'),
  severities: z.record(z.string(), z.number().int()).optional(),
  first_seen: z.number().describe('Unix seconds'),
  last_seen: z.number().describe('Unix seconds'),
  example: z.string().optional().describe('A masked line of a signature that this sampler met for the first time'),
});
export type PatternStat = z.infer<typeof patternStatSchema>;
