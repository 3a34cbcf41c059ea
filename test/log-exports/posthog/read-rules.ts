import { z } from 'zod';
import { RefusedConfiguration } from '../construct-error.ts';

const action = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('keep') }),
  z.strictObject({ type: z.literal('drop') }),
  z.strictObject({ type: z.literal('sample'), rate: z.number().min(0).max(1) }),
]);
const alwaysKeep = z.strictObject({
  status_gte: z.number().optional(),
  latency_ms_gt: z.number().optional(),
  attribute_predicates: z
    .array(z.strictObject({ key: z.string(), op: z.enum(['exists', 'eq', 'ne']), value: z.string().optional() }))
    .default([]),
});
const configs = {
  severity_sampling: z.strictObject({
    actions: z.strictObject({
      DEBUG: action.optional(),
      INFO: action.optional(),
      WARN: action.optional(),
      ERROR: action.optional(),
    }),
    always_keep: alwaysKeep.optional(),
  }),
  path_drop: z.strictObject({
    patterns: z.array(z.string()).default([]),
    match_attribute_key: z.string().optional(),
    filter_group: z.unknown().optional(),
    always_keep: alwaysKeep.optional(),
  }),
  rate_limit: z.strictObject({
    logs_per_second: z.number().min(1).max(1_000_000).optional(),
    burst_logs: z.number().optional(),
    kb_per_second: z.number().min(1).max(1_000_000).optional(),
    burst_kb: z.number().optional(),
    filter_group: z.unknown().optional(),
    always_keep: alwaysKeep.optional(),
  }),
};

const common = {
  name: z.string().min(1).max(255),
  /** A rule that is not enabled is ignored, and that is the default. */
  enabled: z.boolean().default(false),
  priority: z.number().int().min(0).nullish(),
  scope_service: z.string().min(1).max(512).nullish(),
  scope_path_pattern: z.string().min(1).max(1024).nullish(),
  scope_attribute_filters: z.array(z.unknown()).max(0).default([]),
};
const ruleSchema = z.discriminatedUnion('rule_type', [
  z.strictObject({ ...common, rule_type: z.literal('severity_sampling'), config: configs.severity_sampling }),
  z.strictObject({ ...common, rule_type: z.literal('path_drop'), config: configs.path_drop }),
  z.strictObject({ ...common, rule_type: z.literal('rate_limit'), config: configs.rate_limit }),
]);
export type PostHogRule = z.infer<typeof ruleSchema>;
export type AlwaysKeep = z.infer<typeof alwaysKeep>;

/** Reads rules as they are posted to the API one by one: a JSON list, or an object with `rules`. In the order in which they are asked. */
export function readRules(text: string): PostHogRule[] {
  const document: unknown = JSON.parse(text);
  const list = Array.isArray(document) ? document : (document as { rules?: unknown } | null)?.rules;
  const parsed = z.array(ruleSchema).safeParse(list);
  if (!parsed.success) throw new RefusedConfiguration('PostHog', z.prettifyError(parsed.error));
  const highest = Math.max(-1, ...parsed.data.map(({ priority }) => priority ?? -1));
  return parsed.data
    .map((rule, index) => ({ rule, order: rule.priority ?? highest + 1 + index, index }))
    .sort((a, b) => a.order - b.order || a.index - b.index)
    .map(({ rule }) => rule)
    .filter(({ enabled }) => enabled);
}
