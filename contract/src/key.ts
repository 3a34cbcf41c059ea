import { z } from 'zod';

/** Least first: a role may do what those before it may do, and more. */
export const ROLES = ['inference', 'viewer', 'developer', 'operator', 'admin'] as const;

const amount = z.number().int().positive();
const names = z.array(z.string().min(1).max(256)).max(1000);
const instant = z.union([z.string().min(1), z.number().int()]);

export const limitsSchema = z.strictObject({
  requests_per_minute: amount.optional(),
  requests_per_day: amount.optional().describe('Per UTC calendar day'),
  tokens_per_minute: amount.optional(),
  tokens_per_day: amount.optional().describe('Per UTC calendar day'),
  tokens_per_request: amount.optional(),
  concurrency: amount.optional().describe('Calls that run at the same time'),
});

export const budgetSchema = z.strictObject({
  usd: z.number().positive().max(9_000_000),
  period: z.enum(['day', 'week', 'month', 'total']).describe('In UTC; weeks start on Monday'),
  on_exceed: z
    .enum(['stop', 'pause', 'degrade'])
    .optional()
    .describe('What becomes of calls that do not fit; default stop. pause: refused, until approvals exist'),
  degrade_to: z.string().min(1).optional().describe('Model that answers when the budget is used up'),
  alert_at: z
    .array(z.number().positive().max(10))
    .max(20)
    .optional()
    .describe('Shares of the budget; each is told once per period'),
  approve_above_usd: z.number().positive().optional().describe('Calls whose worst case costs more need an approval'),
  shadow: z.boolean().optional().describe('Reports without refusing'),
});

const scopes = {
  limits: limitsSchema.optional(),
  budget: budgetSchema.optional(),
  models: names.optional().describe('Model names it may use; absent: all'),
  routes: names.optional().describe('Routes it may use; absent: all'),
  endpoints: names.optional().describe('Paths it may call, `*` at the end matches the rest; absent: all of its role'),
  cache: z
    .boolean()
    .optional()
    .describe('Do its calls use the reply cache when they do not say? Absent: the route and the configuration decide'),
};

export const newKeySchema = z.strictObject({
  name: z.string().trim().min(1).max(128),
  project_id: z.string().min(1).optional().describe("Absent: `default` for admins, otherwise the caller's project"),
  role: z.enum(ROLES).optional().describe('Default inference; never above the role of the caller'),
  ...scopes,
  expires_at: instant.optional().describe('ISO 8601 or epoch milliseconds; absent: never'),
});

/** Absent leaves a field as it is, null removes it. */
export const keyChangeSchema = z.strictObject({
  name: z.string().trim().min(1).max(128).optional(),
  limits: limitsSchema.nullable().optional(),
  budget: budgetSchema.nullable().optional(),
  models: names.nullable().optional(),
  routes: names.nullable().optional(),
  endpoints: names.nullable().optional(),
  cache: z.boolean().nullable().optional(),
  expires_at: instant.nullable().optional(),
});

export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  project_id: z.string(),
  role: z.enum(ROLES),
  last4: z.string().describe('Last characters of the key, to recognise it by'),
  ...scopes,
  created_at: z.string().describe('ISO 8601'),
  expires_at: z.string().nullable().describe('ISO 8601; null: never'),
  revoked_at: z.string().nullable().describe('ISO 8601; null: it works'),
});
export type KeyObject = z.infer<typeof keySchema>;

export const createdKeySchema = keySchema.extend({ key: z.string().describe('The key itself: shown this once') });
