import { z } from 'zod';

const project_id = z.string().min(1).optional().describe('Absent: `default` for admins, else the own one');
const json = z.json();
const version = z.number().int().min(1);
export const labelNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'takes small letters, digits and . _ - only, at most 64, no sign first');
const name = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_][\w.-]*(\/[A-Za-z0-9_][\w.-]*)*$/, 'takes words of letters, digits and . _ - joined by /');

export const promptMessageSchema = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.string().max(200_000).describe('A Jinja2 template'),
});

const splitSchema = z
  .array(z.strictObject({ version, weight: z.number().positive().max(1_000_000) }))
  .min(1)
  .max(10);

const NO_SETTINGS = ['messages', 'prompt', 'stream', 'stream_options'];

/** Settings of the model in the words of the OpenAI chat wire; what a call says itself wins. */
export const modelConfigSchema = z
  .looseObject({
    model: z.string().min(1).optional().describe('For calls that name none'),
    temperature: z.number().min(0).max(2).optional(),
    top_p: z.number().min(0).max(1).optional(),
    max_tokens: z.number().int().min(1).optional(),
    stop: z.union([z.string(), z.array(z.string())]).optional(),
    seed: z.number().int().optional(),
    tools: z.array(z.record(z.string(), json)).optional(),
    response_format: z.record(z.string(), json).optional(),
  })
  .refine((config) => NO_SETTINGS.every((name) => !Object.hasOwn(config, name)), {
    error: `cannot have ${NO_SETTINGS.join(', ')}: those are the call's`,
  });

export const newPromptSchema = z.strictObject({
  name,
  project_id,
  messages: z.array(promptMessageSchema).min(1).max(100).optional().describe('Of a chat prompt'),
  template: z.string().min(1).max(200_000).optional().describe('Of a text prompt, instead of messages'),
  variables: z
    .record(z.string(), json)
    .optional()
    .describe('JSON Schema of the variables; absent: read from the templates'),
  model_config: modelConfigSchema.optional(),
  labels: z.array(labelNameSchema).max(20).optional().describe('Moved to this version'),
  description: z.string().max(1000).optional().describe('Absent: stays'),
  message: z.string().max(1000).optional().describe('What changed'),
});

export const promptVersionSchema = z.object({
  id: z.string(),
  project_id: z.string(),
  name: z.string(),
  description: z.string(),
  kind: z.enum(['chat', 'text']),
  version,
  template: z.string().nullable().describe('Of a text prompt'),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  variables: z.record(z.string(), json).describe('JSON Schema'),
  model_config: z.record(z.string(), json),
  labels: z.array(z.string()).describe('That point at this version now, `latest` included'),
  message: z.string(),
  author: z.string().describe('Key that made it; `weir`: came with Weir'),
  hash: z.string().describe('SHA-256 of messages, variables and settings: equal contents have the same'),
  created_at: z.string().describe('ISO 8601'),
});
export type PromptVersionObject = z.infer<typeof promptVersionSchema>;

const targetsSchema = z
  .array(z.object({ version, weight: z.number() }))
  .describe('More than one: each call gets one of them by its user, conversation or id; empty: nowhere');

export const promptLabelSchema = z.object({
  label: z.string(),
  versions: targetsSchema,
  protected: z.boolean(),
  gate: z
    .object({
      dataset: z.string(),
      metrics: z.array(z.string()).nullable(),
      require: z.enum(['better', 'not_worse']),
      margin: z.number(),
    })
    .nullable(),
  moved_at: z.string().nullable().describe('ISO 8601'),
});
export type PromptLabelObject = z.infer<typeof promptLabelSchema>;

export const promptSchema = z.object({
  project_id: z.string(),
  name: z.string(),
  description: z.string(),
  kind: z.enum(['chat', 'text']),
  latest: version.describe('Its highest version'),
  labels: z.array(promptLabelSchema),
  created_at: z.string().describe('ISO 8601'),
  updated_at: z.string().describe('ISO 8601'),
});
export type PromptObject = z.infer<typeof promptSchema>;

const reason = z.string().max(1000).optional().describe('Why, for the history');

export const moveLabelSchema = z.strictObject({
  version: version.optional(),
  versions: splitSchema.optional().describe('Instead of version: a share of the calls for each'),
  reason,
  override: z
    .boolean()
    .default(false)
    .describe('Against its gate: needs a reason, and a key that may move protected labels'),
});

export const rollbackLabelSchema = z.strictObject({
  to: version.optional().describe('A version the label had before; absent: what it had last'),
  reason,
});

export const labelRulesSchema = z.strictObject({
  protected: z.boolean().optional().describe('Only operators may move it; absent: stays'),
  gate: z
    .strictObject({
      dataset: z.string().min(1).max(128).describe('Name of the dataset that both versions were run over'),
      metrics: z.array(z.string().min(1)).min(1).optional().describe('Absent: all that both runs have'),
      require: z.enum(['better', 'not_worse']).default('not_worse'),
      margin: z.number().min(0).max(1).default(0.02).describe('Differences up to this are equivalent'),
    })
    .nullable()
    .optional()
    .describe('What a version must have shown before the label moves to it; null: nothing; absent: stays'),
});

export const labelMoveSchema = z.object({
  sequence: z.number().int(),
  kind: z.enum(['move', 'rollback', 'override', 'remove']),
  versions: targetsSchema,
  restores: z.number().int().nullable().describe('Of a rollback: the move whose versions it brought back'),
  author: z.string(),
  reason: z.string(),
  evidence: z.array(z.string()).describe('Evaluation runs that its gate looked at'),
  created_at: z.string().describe('ISO 8601'),
});
export type LabelMoveObject = z.infer<typeof labelMoveSchema>;

export const renderPromptSchema = z.strictObject({
  label: z.string().min(1).optional().describe('Absent, without version too: production if it is set, else latest'),
  version: version.optional(),
  variables: z.record(z.string(), json).default({}),
  unit: z.string().max(256).optional().describe('Whose share of a weighted label it is: a user, a conversation'),
});

export const renderedPromptSchema = z.object({
  name: z.string(),
  version,
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  model_config: z.record(z.string(), json),
});
export type RenderedPromptObject = z.infer<typeof renderedPromptSchema>;

export const promptDiffSchema = z.object({
  from: version,
  to: version,
  messages: z.array(
    z.object({
      role: z.string(),
      lines: z.array(z.object({ op: z.enum(['=', '+', '-']), text: z.string() })),
    }),
  ),
  variables: z.array(z.object({ path: z.string(), before: json, after: json })),
  model_config: z.array(z.object({ path: z.string(), before: json, after: json })),
});

export const archivedPromptSchema = z.object({ name: z.string(), archived: z.literal(true) });
