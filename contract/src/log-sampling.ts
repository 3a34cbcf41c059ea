import { z } from 'zod';
import { analysisSummarySchema, logPolicySchema, patternStatSchema, severityRatesSchema } from './log-policy.ts';

const serviceName = z.string().trim().min(1).max(200).describe('Name of the service, unique in its project');
const teamId = z.number().int().describe("PostHog's team; the tenant is the key's project");
const hours = z.number().positive().max(720).default(1).describe('Length of the window that is looked at');

/** Which lines to look at. */
const windowFields = {
  team_id: teamId.optional(),
  service_name: serviceName,
  hours,
  source: z
    .string()
    .optional()
    .describe(
      'Name of a log source of the configuration, or pushed; absent: pushed lines if there are any, else the only source',
    ),
  clickhouse_host: z
    .string()
    .optional()
    .describe('host:port of a ClickHouse source of the configuration; port 9000 means 8123'),
  api_url: z.string().optional().describe('Address of a PostHog source of the configuration'),
  api_key: z.string().optional().describe("Not used: the source's own key is. For clients of LipService"),
};

const pushedLine = z.union([
  z.string(),
  z.object({
    body: z.string().describe('The message'),
    severity: z.string().optional().describe('As the logger calls it'),
    time: z
      .union([z.number(), z.string()])
      .optional()
      .describe('ISO 8601, or Unix seconds or milliseconds; absent: unknown'),
    trace_id: z.string().optional(),
  }),
]);

export const analyzeLogsSchema = z.object({
  ...windowFields,
  lines: z
    .array(pushedLine)
    .max(200_000)
    .optional()
    .describe('Lines to look at, kept as the source pushed; absent: read a source'),
});

export const logAnalysisSchema = z.object({
  status: z.literal('completed'),
  total_logs: z.number().int(),
  unique_patterns: z.number().int(),
  clusters_found: z.number().int(),
  anomalies_detected: z.number().int(),
  error_rate: z.number(),
  severity_distribution: z.record(z.string(), z.number().int()),
  top_patterns: z
    .array(
      z.object({
        id: z.string(),
        template: z.string(),
        count: z.number().int(),
        bytes: z.number().int(),
        severities: z.record(z.string(), z.number().int()),
        cluster: z.number().int(),
        signatures: z.array(z.string()),
      }),
    )
    .describe('Most bytes first, at most 200'),
  anomalies: z.array(
    z.object({
      type: z.enum(['rate_band', 'new_pattern', 'error_surge', 'error_share']),
      pattern_id: z.string().nullable().describe('null: the whole service'),
      severity: z.enum(['high', 'medium']),
      message: z.string(),
      seen: z.number(),
      usual: z.number(),
    }),
  ),
});
export type LogAnalysisObject = z.infer<typeof logAnalysisSchema>;

export const generatePolicySchema = z.object({
  ...windowFields,
  llm_provider: z
    .string()
    .default('rule-based')
    .describe('openai, anthropic, a model or route of this server, or rule-based'),
  cost_target: z.number().nonnegative().nullable().optional().describe('USD a day; logs.price_per_gb_usd converts'),
  activate: z.boolean().default(true).describe('Becomes active when the dry run finds nothing against it'),
  locks: z
    .record(z.string(), z.number().min(0).max(1))
    .optional()
    .describe('Rates by pattern id that nothing but a person changes; absent: those of the active policy'),
  fold_errors_per_second: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Opt-in: errors of one signature beyond so many a second become counted records'),
});

export const generatedPolicySchema = z.object({
  status: z.literal('success'),
  policy_id: z.number().int(),
  policy_version: z.number().int(),
  global_rate: z.number(),
  severity_rates: severityRatesSchema,
  pattern_rates: z.record(z.string(), z.number()),
  anomaly_boost: z.number(),
  reasoning: z.string(),
  generated_by: z.enum(['llm', 'rules']),
  analysis_summary: analysisSummarySchema,
});
export type GeneratedPolicy = z.infer<typeof generatedPolicySchema>;

/** What samplers fetch. */
export const activePolicySchema = logPolicySchema.extend({
  version: z.number().int().describe('policy_version again, for clients of LipService'),
  llm_model: z.string().nullable().describe('model again, for clients of LipService'),
});

export const policyVersionSchema = z.object({
  policy_id: z.number().int(),
  version: z.number().int(),
  is_active: z.boolean(),
  created_at: z.string().describe('ISO 8601'),
  author: z.string().describe('Key id'),
  model: z.string().nullable(),
  generated_by: z.enum(['llm', 'rules']),
  inputs_hash: z.string(),
  global_rate: z.number(),
  severity_rates: severityRatesSchema,
  reasoning: z.string(),
  window: z
    .object({ lines: z.number(), bytes: z.number(), kept_bytes: z.number(), hours: z.number() })
    .describe('What it was tried on, and what it keeps of it'),
  target: z
    .object({ bytes: z.number(), floor_bytes: z.number(), reachable: z.boolean() })
    .nullable()
    .describe('Bytes of the window; null: nobody asked for a target'),
  problems: z.array(z.string()).describe('Why it may not become active; empty: it may'),
  merges: z.array(z.array(z.string())).describe('Patterns that the model takes for one; nothing is merged by itself'),
  locks_proposed: z.array(z.string()).describe('Patterns that the model would lock; nothing is locked by itself'),
});

export const activatePolicySchema = z.strictObject({
  version: z.number().int().positive().describe('Which version'),
  dry_run: z.boolean().default(false).describe('Only say what would change'),
});

export const dryRunSchema = z.object({
  lines: z.number(),
  bytes: z.number(),
  kept_bytes_before: z.number(),
  kept_bytes_after: z.number(),
  count_error: z.number().describe('Mean error of counts told from kept lines, as a share'),
  problems: z.array(z.string()).describe('What it would break; empty: it may become active'),
  patterns: z
    .array(
      z.object({
        pattern_id: z.string(),
        lines: z.number(),
        kept_before: z.number(),
        kept_after: z.number(),
        bytes: z.number(),
        bytes_after: z.number(),
        count_error: z.number(),
        loss_chance: z.number().describe('Chance that no line of it is kept'),
      }),
    )
    .describe('Most bytes first, at most 500'),
});
export type DryRunObject = z.infer<typeof dryRunSchema>;

export const activatedPolicySchema = z.object({
  service_name: z.string(),
  policy_version: z.number().int().nullable().describe('The version in force now; null: none'),
  dry_run: dryRunSchema
    .nullable()
    .describe('On the last window that was looked at; null: none since the server started'),
});

/** A sampler's minute. Fields that LipService's SDKs send and Weir does not need are taken too. */
export const patternStatsSchema = z.object({
  service_name: serviceName,
  team_id: teamId.optional(),
  patterns: z
    .array(
      patternStatSchema.extend({
        signature: z.string().min(1).max(128),
        sampled_count: z.number().int().optional(),
        severity_distribution: z.record(z.string(), z.number()).optional(),
        first_seen: z.union([z.number(), z.string()]),
        last_seen: z.union([z.number(), z.string()]),
      }),
    )
    .max(20_000),
});

export const acceptedStatsSchema = z.object({
  status: z.literal('accepted'),
  message: z.string(),
  analysis_run_id: z.null().describe('For clients of LipService'),
});

export const newLogServiceSchema = z.object({ team_id: teamId.optional(), name: serviceName });

export const logServiceSchema = z.object({
  id: z.number().int(),
  team_id: z.number().int().nullable(),
  name: z.string(),
  is_active: z.boolean().describe('A policy is in force'),
  policy_version: z.number().int().nullable(),
  full_fidelity_until: z.string().nullable().describe('ISO 8601; until then everything is kept'),
  boosts: logPolicySchema.shape.boosts,
  created_at: z.string().describe('ISO 8601'),
});
export type LogServiceObject = z.infer<typeof logServiceSchema>;

export const fullFidelitySchema = z.strictObject({
  until: z
    .union([z.string(), z.number()])
    .nullable()
    .describe(
      'Keep everything until then: ISO 8601, or Unix seconds or milliseconds, at most 7 days ahead; null: no longer',
    ),
});
