import { z } from 'zod';

const name = z.string().min(1).max(128);
const project_id = z.string().min(1).optional().describe('Absent: `default` for admins, else the own one');
const json = z.json();
const message = z.looseObject({ role: z.string(), content: z.unknown() });

const newItemSchema = z.strictObject({
  id: z
    .string()
    .optional()
    .describe('Stays the same over versions; comparisons pair by it. Absent: told from the content'),
  input: z
    .union([z.string(), z.array(message)])
    .optional()
    .describe('A text, known to templates as `input`, or messages'),
  vars: z.record(z.string(), json).optional().describe('Values for templates'),
  messages: z.array(message).optional().describe('Sent when the candidate has no messages of its own'),
  expected: json.optional().describe('What is right'),
  cluster: z.string().optional().describe('Conversation, document ...: items of one cluster vary together'),
  evaluators: z
    .array(z.lazy(() => askedCheckSchema))
    .optional()
    .describe('Checks of this item alone'),
});

export const newDatasetSchema = z.strictObject({
  name,
  project_id,
  items: z.array(newItemSchema).optional(),
  format: z.enum(['jsonl', 'csv']).optional().describe('Of text'),
  text: z.string().optional().describe('A file: a JSON object per line, or rows under a heading'),
  from_requests: z
    .array(z.string().min(1))
    .max(1000)
    .optional()
    .describe('Request ids of calls whose content is kept (capture.content); personal data and secrets are taken out'),
  replace: z.boolean().default(false).describe('The next version has what is given here and nothing else'),
  remove: z.array(z.string()).optional().describe('Ids of items that the next version leaves out'),
});

export const datasetSchema = z.object({
  id: z.string(),
  project_id: z.string(),
  name,
  version: z.number().int().describe('The latest; each change makes another, and none ever changes'),
  items: z.number().int(),
  created_at: z.string().describe('ISO 8601'),
});
export type DatasetObject = z.infer<typeof datasetSchema>;

export const changedDatasetSchema = datasetSchema.extend({
  added: z.number().int().describe('New items, and those with another content'),
  unchanged: z.number().int().describe('Were there already, or came twice'),
  removed: z.number().int(),
  skipped: z.array(z.string()).describe('Of from_requests: those of which nothing usable is kept'),
});

export const datasetDetailSchema = datasetSchema.extend({
  versions: z.array(
    z.object({ version: z.number().int(), items: z.number().int(), author: z.string(), created_at: z.string() }),
  ),
});
export type DatasetDetailObject = z.infer<typeof datasetDetailSchema>;

export const datasetItemSchema = z.object({
  id: z.string(),
  vars: z.record(z.string(), json).nullable().describe('null: erased, because its user was'),
  messages: z.array(message).nullable(),
  expected: json,
  cluster: z.string().nullable(),
  source_request_id: z.string().nullable(),
});
export type DatasetItemObject = z.infer<typeof datasetItemSchema>;

export const askedCheckSchema = z.strictObject({
  type: z.string().optional().describe('A kind of evaluator: exact, contains, rubric ...'),
  name: z.string().optional().describe('A stored evaluator, instead of type'),
  version: z.number().int().min(1).optional().describe('Of the stored evaluator; absent: the latest'),
  metric: z
    .string()
    .regex(/^[\w.:/-]{1,64}$/, 'takes letters, digits and . _ - : / only, at most 64')
    .optional()
    .describe('Name of the score; absent: the name or type'),
  expected: json.optional().describe("Absent: the item's own"),
  options: z.record(z.string(), json).optional(),
  threshold: z.number().min(0).max(1).optional().describe('Least score that passes; absent: 1, or 0.5 of graded ones'),
  negate: z.boolean().optional().describe('It passes when it fails'),
});

export const newEvaluatorSchema = z.strictObject({
  name,
  project_id,
  type: z.string(),
  options: z.record(z.string(), json).default({}),
});

export const evaluatorSchema = z.object({
  name,
  version: z.number().int().nullable().describe('null: built in'),
  type: z.string(),
  about: z.string(),
  asks_model: z.boolean(),
  options: z.record(z.string(), json),
  created_at: z.string().nullable(),
});
export type EvaluatorObject = z.infer<typeof evaluatorSchema>;

export const calibrationSchema = z.object({
  name: z.string(),
  version: z.number().int(),
  items: z.number().int().describe('Scores of it that have a person’s score beside them'),
  agreement: z.number().nullable(),
  kappa: z.number().nullable().describe("Cohen's kappa of yes (0.5 and above) and no; null: nothing to tell it from"),
  kappa_low: z.number().nullable().describe('95% interval'),
  kappa_high: z.number().nullable(),
  can_gate: z.boolean().describe('At least 50 labels and a kappa of at least 0.6'),
});
export type CalibrationObject = z.infer<typeof calibrationSchema>;

export const newEvalRunSchema = z.strictObject({
  name: z.string().max(128).default(''),
  project_id,
  dataset: z.string().min(1).describe('Id of the dataset'),
  dataset_version: z.number().int().min(1).optional().describe('Absent: the latest'),
  candidate: z.strictObject({
    model: z.string().min(1).describe('A route or model'),
    messages: z
      .array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
      .min(1)
      .optional()
      .describe('Templates; absent: the messages of the items'),
    prompt: z
      .strictObject({ name, version: z.number().int().min(1).optional(), label: z.string().optional() })
      .optional()
      .describe('A stored prompt, instead of messages'),
    settings: z
      .record(z.string(), json)
      .default({})
      .describe('temperature, max_tokens, tools ... of the OpenAI chat wire'),
  }),
  evaluators: z.array(askedCheckSchema).max(50).default([]),
  judge: z.string().min(1).optional().describe('Model of judges that name none'),
  trials: z.number().int().min(1).max(20).default(1).describe('How often each item is asked'),
  budget_usd: z.number().positive().optional().describe('The run stops before it costs more, judges included'),
});

export const evalRunSchema = z.object({
  id: z.string(),
  project_id: z.string(),
  name: z.string(),
  dataset: z.string(),
  dataset_version: z.number().int(),
  model: z.string().describe('Who answers; of a pair: who judges'),
  prompt: z
    .object({ name: z.string(), version: z.number().int() })
    .nullable()
    .describe('The stored prompt that was sent; null: none'),
  pair: z
    .object({ baseline: z.string(), candidate: z.string(), criteria: z.string() })
    .nullable()
    .describe('The runs that a judge compares item by item; null: a candidate answers'),
  warnings: z.array(z.string()).describe('What makes its scores worth less'),
  status: z.enum(['running', 'completed', 'stopped', 'failed', 'cancelled']).describe('stopped: its budget ran out'),
  error: z.string().nullable(),
  planned: z.number().int().describe('Results when it is complete'),
  results: z.number().int(),
  failed_calls: z.number().int(),
  scores: z
    .record(z.string(), z.number())
    .describe('Mean by metric; `pass` is the share of items whose checks all passed'),
  cost_usd: z.number(),
  judge_cost_usd: z.number(),
  latency_ms: z.number().nullable().describe('Mean per item'),
  budget_usd: z.number().nullable(),
  created_at: z.string(),
  ended_at: z.string().nullable(),
});
export type EvalRunObject = z.infer<typeof evalRunSchema>;

export const newPairwiseRunSchema = z.strictObject({
  name: z.string().max(128).default(''),
  baseline: z.string().min(1).describe('Id of a run that is over'),
  candidate: z.string().min(1).describe('Id of another run on the same dataset'),
  judge: z.string().min(1).describe('Model that judges'),
  criteria: z.string().min(1).max(4000).default('The answer helps more.').describe('What counts, in words'),
  budget_usd: z.number().positive().optional().describe('The run stops before it costs more'),
});

export const preferenceSchema = z.object({
  id: z.string(),
  ...{ baseline: z.string(), candidate: z.string(), judge: z.string() },
  status: z.enum(['running', 'completed', 'stopped', 'failed', 'cancelled']),
  ...{ wins: z.number().int(), losses: z.number().int(), ties: z.number().int() },
  inconsistent: z.number().int().describe('Items where the order of the answers decided: they do not count'),
  without_answer: z.number().int().describe('Items that could not be judged'),
  verdict: z
    .enum(['better', 'worse', 'equivalent', 'not enough evidence'])
    .nullable()
    .describe('Of the candidate; null: fewer than two items count'),
  difference: z.number().nullable().describe('Share of wins minus share of losses among the items that count'),
  low: z.number().nullable().describe('95% interval of the difference'),
  high: z.number().nullable(),
  p: z.number().nullable(),
  needs_items: z.number().int().nullable().describe('About how many more would decide; null: it is decided'),
  position: z
    .object({
      ...{ first: z.number().int(), second: z.number().int() },
      bias_points: z.number().nullable().describe('How much more often the first answer was chosen, in points of 100'),
    })
    .describe('Choices of the judge by place, over all asks'),
  longer_won: z.number().nullable().describe('Share of the items that count, and have a longer answer, where it won'),
  warnings: z.array(z.string()),
});
export type PreferenceObject = z.infer<typeof preferenceSchema>;

export const evalResultSchema = z.object({
  item: z.string(),
  trial: z.number().int(),
  inference_id: z.string().nullable(),
  succeeded: z.boolean(),
  error: z.string().nullable(),
  output: z.string().nullable().describe('null: the call failed, or the text was forgotten'),
  tool_calls: z.array(z.object({ name: z.string(), arguments: z.unknown() })),
  scores: z.array(z.object({ metric: z.string(), score: z.number(), reason: z.unknown() })),
  problems: z.array(z.object({ metric: z.string(), message: z.string() })).describe('Checks that gave no score'),
  latency_ms: z.number(),
  cost_usd: z.number(),
  judge_cost_usd: z.number(),
});
export type EvalResultObject = z.infer<typeof evalResultSchema>;

export const compareRunsSchema = z.strictObject({
  baseline: z.string().min(1).describe('Id of a run that is over'),
  candidate: z.string().min(1).describe('Id of another run on the same dataset'),
  metrics: z.array(z.string()).min(1).max(20).optional().describe('Absent: all that both have'),
  margin: z.number().min(0).max(1).default(0.03).describe('The difference that nobody would mind'),
  level: z.number().min(0.5).max(0.999).default(0.95),
  seed: z.number().int().min(0).default(1).describe('Of the resampling: the same seed gives the same reply'),
});

const sides = z.object({ baseline: z.number(), candidate: z.number() });
export const comparisonSchema = z.object({
  baseline: z.string(),
  candidate: z.string(),
  margin: z.number(),
  metrics: z.array(
    z.object({
      metric: z.string(),
      verdict: z.enum(['better', 'worse', 'equivalent', 'not enough evidence']),
      ...{ baseline: z.number(), candidate: z.number() },
      difference: z.number().describe('Candidate minus baseline'),
      low: z.number().describe('Interval of the difference'),
      high: z.number(),
      p: z.number(),
      adjusted_p: z.number().describe('After Holm over all metrics'),
      items: z.number().int(),
      clusters: z.number().int(),
      unpaired: z.number().int().describe('Items that only one side has a score of'),
      method: z.enum(['mcnemar', 'bootstrap', 'cluster-bootstrap']),
      needs: z
        .object({ items: z.number().int(), cost_usd: z.number() })
        .nullable()
        .describe('About what more would decide; null: it is decided'),
    }),
  ),
  cost_usd_per_item: sides,
  latency_ms_per_item: sides,
});
export type ComparisonObject = z.infer<typeof comparisonSchema>;

const interval = z.object({ low: z.number(), high: z.number() }).nullable().describe('95%; null: too few to tell');
export const modelComparisonSchema = z.object({
  model: z.string(),
  calls: z.number().int(),
  success_rate: z.number(),
  success_rate_interval: interval,
  cost_usd_per_call: z.number(),
  cost_usd_interval: interval,
  latency_ms: z
    .object({ p50: z.number(), p50_interval: interval, p95: z.number(), p95_interval: interval })
    .nullable()
    .describe('null: no call succeeded'),
  quality: z.record(
    z.string(),
    z.object({ score: z.number(), interval, scores: z.number().int().describe('How many it is the mean of') }),
  ),
});
export type ModelComparisonObject = z.infer<typeof modelComparisonSchema>;
