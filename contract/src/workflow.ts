import { z } from 'zod';

export const RUN_STATUSES = ['pending', 'running', 'waiting', 'completed', 'failed', 'cancelled'] as const;
export const STEP_STATUSES = [...RUN_STATUSES, 'skipped', 'needs_attention'] as const;
export const INBOX_KINDS = [
  'approval',
  'budget',
  'needs_attention',
  'tool_change',
  'elicitation',
  'call',
  'alert',
] as const;
export const INBOX_STATUSES = ['open', 'approved', 'rejected', 'expired', 'cancelled'] as const;

const instant = z.string().describe('ISO 8601');
const instantOrNull = z.string().nullable().describe('ISO 8601');
const anything = z.unknown();

const anyObject = z.record(z.string(), z.unknown());

export const workflowTriggerSchema = z.object({
  name: z.string().describe('Of a webhook the name in its path'),
  type: z.enum(['cron', 'webhook']),
  cron: z.string().optional().describe('Five fields: minute hour day month weekday'),
  time_zone: z.string().optional().describe('IANA name'),
  next_at: instantOrNull.optional().describe('When cron fires next; null: never again'),
  path: z.string().optional().describe('Where a webhook is delivered, by POST'),
  secret: z
    .string()
    .optional()
    .describe('Of a new webhook, only in the reply that made it: key of the HMAC-SHA-256 in x-weir-signature'),
});

const workflowFields = {
  id: z.string(),
  name: z.string().describe('Unique in its project; stands in paths instead of the id'),
  description: z.string(),
  version: z.number().int().describe('The newest; counts up from 1'),
  published: z.boolean().describe("Offered as a tool by Weir's MCP server"),
  created_at: instant,
  updated_at: instant,
};

/** One of a list. */
export const workflowSummarySchema = z.object(workflowFields);
export type WorkflowSummary = z.infer<typeof workflowSummarySchema>;

export const workflowSchema = z.object({
  ...workflowFields,
  document: anyObject.describe('The version as it was sent'),
  triggers: z.array(workflowTriggerSchema).describe('Of the newest version'),
});
export type WorkflowObject = z.infer<typeof workflowSchema>;

export const workflowVersionSchema = z.object({
  version: z.number().int(),
  created_by: z.string().describe('Key id'),
  created_at: instant,
});

export const publishWorkflowSchema = z.strictObject({
  published: z.boolean().default(true).describe("Offered as a tool by Weir's MCP server"),
});

export const webhookSecretSchema = z.object({
  name: z.string(),
  path: z.string(),
  secret: z.string().describe('Shown only now; the one before is worth nothing any more'),
});

const problem = z.object({
  pointer: z.string().describe('JSON pointer into the document'),
  message: z.string(),
  fix: z.string().describe('What to do about it'),
});

export const workflowCheckSchema = z.object({
  ok: z.boolean(),
  problems: z.array(problem).describe('Why it would be refused; empty: it would be stored'),
  warnings: z.array(problem),
  worst_case_usd: z
    .number()
    .nullable()
    .describe(
      'What one run costs at most, as far as there are bounds: retries, and items of maps, counted; null: not readable',
    ),
  unbounded: z
    .array(z.object({ pointer: z.string(), reason: z.string() }))
    .describe('What has no bound, and comes on top; empty: worst_case_usd is all'),
});
export type WorkflowCheck = z.infer<typeof workflowCheckSchema>;

const runBudget = z
  .strictObject({
    usd: z.number().positive().optional().describe('All model calls of the run together'),
    tokens: z.number().int().positive().optional(),
    calls: z.number().int().positive().optional().describe('Model calls'),
  })
  .describe("Of this run, instead of the definition's; members that are absent are the definition's");

export const executeWorkflowSchema = z.strictObject({
  input: anything.optional().describe('Default {}'),
  version: z.number().int().positive().optional().describe('Default the newest'),
  budget: runBudget.optional(),
});

const wait = z.coerce
  .number()
  .min(0)
  .max(300)
  .default(0)
  .describe('Seconds to wait for the end of the run: 200 when it is over or waits for a person, else 202');

/** Query of everything that starts or goes on with a run. */
export const executionWaitQuery = { wait };

export const startedExecutionSchema = z.object({
  id: z.string(),
  execution_id: z.string().describe('id again'),
  status: z.enum(RUN_STATUSES),
});

export const forkExecutionSchema = z.strictObject({
  from_step: z
    .string()
    .min(1)
    .optional()
    .describe('Path or name of the first step that runs again; absent: the first that is not completed'),
  version: z.number().int().positive().optional().describe("Default the run's own"),
  document: anyObject.optional().describe('A corrected definition, stored as the next version'),
  input: anything.optional().describe("Default the run's own"),
});

export const resumeExecutionSchema = forkExecutionSchema.pick({ version: true, document: true });

const runError = z
  .object({ code: z.string(), message: z.string(), step: z.string().optional() })
  .nullable()
  .describe('null: none');

export const executionStepSchema = z.object({
  step_name: z.string(),
  path: z.string().describe('Unique in its run: maybe-issue/then/create-issue, each[3]/work'),
  type: z.string(),
  status: z.enum(STEP_STATUSES),
  output: anything.describe('null while there is none'),
  error: runError,
  retry_count: z.number().int().describe('Attempts after the first'),
  tokens_used: z.number().int(),
  cost_usd: z.number().describe('Of all attempts, as the ledger has it'),
  model_name: z.string().nullable(),
  started_at: instantOrNull,
  ended_at: instantOrNull,
  duration_ms: z.number().nullable(),
  due_at: instantOrNull.describe('ISO 8601; when a waiting step goes on by itself; null: when somebody decides'),
  reused_from: z.string().nullable().describe('The run that did it, when this one only took it over, at no cost'),
});
export type ExecutionStep = z.infer<typeof executionStepSchema>;

const executionFields = {
  id: z.string(),
  execution_id: z.string().describe('id again'),
  workflow_id: z.string(),
  version: z.number().int().describe('Of the definition; a run keeps it'),
  status: z.enum(RUN_STATUSES),
  error: runError,
  cost_usd: z.number().describe('Of all steps, runs of sub-workflows included'),
  tokens_used: z.number().int(),
  trigger: z.string().describe('api, cron, webhook, mcp or workflow'),
  parent_execution_id: z.string().nullable().describe('The run whose step started it'),
  forked_from: z.string().nullable(),
  created_at: instant,
  started_at: instantOrNull,
  ended_at: instantOrNull,
  duration_ms: z.number().nullable(),
};

/** One of a list. */
export const executionSummarySchema = z.object(executionFields);
export type ExecutionSummary = z.infer<typeof executionSummarySchema>;

export const executionSchema = z.object({
  ...executionFields,
  input: anything,
  output: anything.describe('null while there is none'),
  modelBreakdown: z
    .record(z.string(), z.object({ calls: z.number().int(), tokens_used: z.number().int(), cost_usd: z.number() }))
    .describe('By model as the ledger names it; a call that went from one model to another is a call of both'),
  steps: z.array(executionStepSchema).describe('In the order in which they began'),
  sequence: z.number().int().describe('Of the newest change: where /events goes on'),
});
export type ExecutionObject = z.infer<typeof executionSchema>;

/** What `/events` sends in `data:`; its `id:` is the sequence. */
export const executionEventSchema = z.object({
  sequence: z.number().int().describe('Send the last one as Last-Event-ID to go on behind it'),
  execution: executionSummarySchema.describe('As it is now'),
  steps: z.array(executionStepSchema).describe('Those that changed, as they are now'),
});
export type ExecutionEvent = z.infer<typeof executionEventSchema>;

export const inboxItemSchema = z.object({
  id: z.string(),
  kind: z.enum(INBOX_KINDS),
  status: z.enum(INBOX_STATUSES),
  title: z.string(),
  detail: anything.describe('What is asked'),
  form: anyObject.nullable().describe('JSON Schema of `data`; null: yes or no'),
  execution_id: z.string().nullable().describe('The run that waits; null: none'),
  step: z.string().nullable().describe('Path of the step that waits'),
  created_at: instant,
  expires_at: instantOrNull.describe('ISO 8601; null: never'),
  decided_at: instantOrNull,
  decided_by: z.string().nullable().describe('Key id'),
  data: anything.describe('What was filled in'),
});
export type InboxItem = z.infer<typeof inboxItemSchema>;

export const decideInboxSchema = z.strictObject({
  data: anything.optional().describe("Held to the item's form"),
});
