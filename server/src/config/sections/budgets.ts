import { z } from 'zod';

/** How much may be spent, and what happens then. */
export const budgetTerms = {
  usd: z.number().positive().max(9_000_000).describe('How much may be spent, in USD'),
  period: z.enum(['day', 'week', 'month', 'total']).describe('In UTC; weeks start on Monday'),
  on_exceed: z
    .enum(['stop', 'pause', 'degrade'])
    .default('stop')
    .describe('What becomes of calls that do not fit: refused (pause: until approvals exist), or sent to degrade_to'),
  degrade_to: z.string().min(1).optional().describe('Model or route that answers instead, for on_exceed: degrade'),
  alert_at: z
    .array(z.number().positive().max(10))
    .max(20)
    .default([])
    .describe('Shares of the budget; each is told once per period'),
  approve_above_usd: z
    .number()
    .positive()
    .optional()
    .describe('Calls whose worst case costs more need an approval, in USD'),
  shadow: z.boolean().default(false).describe('True: reports without refusing'),
};

const ruleSchema = z.strictObject({
  scope: z
    .enum(['key', 'user', 'project', 'workflow', 'step', 'mcp_server'])
    .describe('What the budget is for: key, user, project, workflow, step or mcp_server'),
  id: z.string().min(1).max(256).describe('Key id, user label, project id ...; * for each of them on its own'),
  project_id: z.string().min(1).default('default').describe('The project of the key or user'),
  ...budgetTerms,
});

export const budgetsSchema = z.strictObject({
  default_max_output: z
    .number()
    .int()
    .positive()
    .default(4096)
    .describe(
      "Output limit sent and reserved for calls with a budget that set none, in tokens; a model's own maximum when that is smaller",
    ),
  when_unavailable: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe('What becomes of calls with a budget while nobody knows what is left of it (Redis or database down)'),
  rules: z
    .array(ruleSchema)
    .default([])
    .describe('Budgets of the file, read-only in the API; more are made with PUT /api/v1/budgets'),
});
