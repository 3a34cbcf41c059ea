import { z } from 'zod';
import { budgetSchema } from './key.ts';

const SCOPES = ['key', 'user', 'project', 'workflow', 'step', 'mcp_server'] as const;
const scope = z
  .enum(SCOPES)
  .describe('What the budget is for; workflow, step and mcp_server hold for calls that workflows and tools make');
const id = z.string().min(1).max(256).describe('Key id, user label, project id ...; * for each of them on its own');

export const budgetWriteSchema = z.strictObject({
  scope,
  id,
  project_id: z.string().min(1).optional().describe('Of the key or user. Absent: `default` for admins, else the own'),
  ...budgetSchema.shape,
});

export const budgetObjectSchema = z.object({
  project_id: z.string(),
  scope: z.enum([...SCOPES, 'evaluation']).describe('evaluation: of one run, which brought it'),
  id,
  ...budgetSchema.shape,
  source: z.enum(['file', 'api', 'key']).describe('file: read-only here · key: a part of the key, changed there'),
  settled_usd: z.number().nullable().describe('Spent in this period; null for a budget of each of many'),
  reserved_usd: z.number().nullable().describe('Held for calls that run now'),
  remaining_usd: z.number().nullable(),
  period_starts_at: z.string().nullable().describe('ISO 8601'),
  resets_at: z.string().nullable().describe('ISO 8601; null: never'),
  alerts_fired: z.array(z.number()).describe('Shares of alert_at that this period has reached'),
  last_refusal: z
    .object({
      at: z.string().describe('ISO 8601'),
      settled_usd: z.number(),
      reserved_usd: z.number(),
      wanted_usd: z.number().describe('What the refused call might have cost'),
      shadow: z.boolean().describe('It passed, because the budget only reports'),
      count: z.number().int().describe('Refusals in this period, as this server saw them'),
    })
    .nullable()
    .describe('As this server saw it since its start'),
});
export type BudgetObject = z.infer<typeof budgetObjectSchema>;
