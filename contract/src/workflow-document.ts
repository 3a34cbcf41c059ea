import { z } from 'zod';

/** An expression's braces make a text a template. */
const expression = z.string().regex(/\{\{/, { abort: true });
const template = z.json().describe('Any JSON; its strings may hold {{ path }}');
const text = z.string().min(1).describe('May hold {{ path }}');
const name = z.string().min(1).max(200);
const milliseconds = z.int().min(1).max(2_678_400_000).describe('Milliseconds, at most 31 days');
const jsonSchema = z.record(z.string(), z.unknown()).describe('JSON Schema 2020-12');

const steps: z.ZodType = z.lazy(() => z.array(workflowStepSchema));

/** Keys of several words may be written as in the seed (`maxAttempts`) or as in Weir's other APIs (`max_attempts`). */
function record(title: string, shape: Record<string, z.ZodType>, id?: string) {
  const spelled = { ...shape };
  for (const [key, value] of Object.entries(shape)) {
    const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (snake !== key) spelled[snake] = value;
  }
  return z.strictObject(spelled).meta(id === undefined ? { title } : { title, id });
}

const budget = record(
  'a budget',
  {
    usd: z.number().positive().max(1_000_000).optional().describe('US dollars'),
    tokens: z.int().positive().optional(),
    calls: z.int().positive().optional().describe('Model calls'),
    onExceed: z.enum(['pause', 'stop', 'degrade']).optional().describe('Absent: pause, a person decides in the inbox'),
    degradeTo: z.string().min(1).optional().describe('Model for the rest of the run when onExceed is degrade'),
    approveAboveUsd: z
      .number()
      .nonnegative()
      .optional()
      .describe('A call whose worst case is dearer waits for a person'),
  },
  'WorkflowBudget',
);

const retry = record(
  'a retry policy',
  {
    maxAttempts: z.int().min(1).max(20).optional().describe('Tries in all; absent: 3'),
    backoffMs: z.int().min(0).max(86_400_000).optional().describe('Before the second try; absent: 1000'),
    backoffMultiplier: z.number().min(1).max(10).optional().describe('Absent: 2'),
    maxBackoffMs: z.int().min(1).max(86_400_000).optional().describe('Absent: 60000'),
    jitter: z.enum(['none', 'full']).optional().describe('full: drawn between 0 and the backoff; absent: none'),
    on: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Codes of errors that are tried again; absent: those worth it'),
  },
  'WorkflowRetry',
);

const operators = record(
  'a condition',
  {
    type: z.enum(['equals', 'notEquals', 'contains', 'exists', 'gt', 'lt', 'gte', 'lte']),
    path: z.string().min(1).describe('steps.fetch-data.output.count'),
    value: template.optional().describe('What the value at the path is compared with'),
  },
  'WorkflowCondition',
);
const condition = z.union([z.string().min(1).max(1000), operators]).describe('CEL, or an operator object');

const messages = z.union([
  expression,
  z
    .array(
      record('a message', {
        role: z.union([z.enum(['system', 'user', 'assistant']), expression]),
        content: template,
      }),
    )
    .min(1),
]);

const samplingFields = {
  model: text.optional().describe('Absent: the default model of the gateway'),
  messages: messages.optional(),
  maxTokens: z.union([z.int().min(1).max(1_000_000), expression]).optional(),
  temperature: z.union([z.number().min(0).max(2), expression]).optional(),
  topP: z.union([z.number().min(0).max(1), expression]).optional(),
  stopSequences: z.union([z.array(z.string()).max(16), expression]).optional(),
  schema: jsonSchema.optional().describe('Of the reply; the output is then the parsed reply'),
};
const sampling = record('the config of a step of type sampling', {
  ...samplingFields,
  sampling: record('sampling', samplingFields).optional().describe('Or the same fields directly in config'),
});

/** What a step of each type has in `config`. */
const configs = {
  sampling,
  llm: sampling,
  tool: record('the config of a step of type tool', {
    server: name.optional().describe('Name of a tool server of the configuration file'),
    serverName: name.optional().describe('The same'),
    tool: name.optional(),
    toolName: name.optional().describe('The same'),
    params: template.optional().describe('Arguments of the tool; absent: none'),
  }),
  prompt: record('the config of a step of type prompt', {
    prompt: name.describe('server/name, or the name when server is given'),
    server: name.optional(),
    arguments: template.optional(),
  }),
  resource: record('the config of a step of type resource', {
    uri: text.optional(),
    resource: text.optional().describe('The same'),
    server: name.optional().describe('Absent: the server that lists the URI'),
  }),
  http: record('the config of a step of type http', {
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).optional().describe('Absent: GET'),
    url: text,
    headers: z.record(z.string(), z.string()).optional(),
    body: template.optional(),
  }),
  condition: record('the config of a step of type condition', {
    condition,
    // biome-ignore lint/suspicious/noThenProperty: the seed's name of the branch
    then: steps,
    else: steps.optional(),
  }),
  switch: record('the config of a step of type switch', {
    cases: z.array(record('a case', { when: condition, steps })).min(1),
    default: steps.optional(),
  }),
  parallel: record('the config of a step of type parallel', {
    steps,
    concurrency: z.int().min(1).max(100).optional().describe('Absent: all at once'),
  }),
  map: record('the config of a step of type map', {
    items: z.union([z.array(template), expression]).describe('A list, or an expression that gives one'),
    steps,
    concurrency: z.int().min(1).max(100).optional().describe('Items at once; absent: 1'),
    maxItems: z.int().min(1).max(10_000).optional().describe('More items fail the step; absent: 100'),
    toleratedFailures: z.int().min(0).optional().describe('Items that may fail; absent: 0'),
  }),
  workflow: record('the config of a step of type workflow', {
    workflow: name,
    version: z.int().min(1).optional().describe('Absent: the newest'),
    input: template.optional(),
  }),
  wait: record('the config of a step of type wait', {
    ms: z.union([milliseconds, expression]).optional(),
    until: text.optional().describe('ISO 8601 instant'),
  }),
  approval: record('the config of a step of type approval', {
    message: text,
    form: jsonSchema.optional().describe('Of what the person fills in; absent: yes or no'),
    data: template.optional().describe("Shown to the person; the form's first values"),
    timeout: milliseconds.optional(),
    default: record('the default decision', { decision: z.enum(['approve', 'reject']), data: template.optional() })
      .optional()
      .describe('What happens at the timeout; absent: the step fails'),
  }),
  set: record('the config of a step of type set', { values: template }),
  fail: record('the config of a step of type fail', { message: text }),
  eval: record('the config of a step of type eval', {
    evaluator: name,
    value: template,
    expected: template.optional(),
    options: template.optional(),
    threshold: z.number().min(0).max(1).optional().describe('Lower scores fail the step'),
  }),
} satisfies Record<string, z.ZodType>;

export type WorkflowStepType = keyof typeof configs;
export const WORKFLOW_STEP_TYPES = Object.keys(configs) as WorkflowStepType[];

function stepOf(type: WorkflowStepType) {
  return record(`a step of type ${type}`, {
    type: z.literal(type),
    id: name.optional().describe('What paths call the step; absent: its name'),
    name: name.optional().describe('Required without an id'),
    config: configs[type],
    if: condition.optional().describe('Run only if'),
    condition: condition.optional().describe('The same'),
    onError: z.enum(['stop', 'continue', 'retry']).optional().describe('retry: tried again, then as stop'),
    retry: retry.optional(),
    retryConfig: retry.optional().describe('The same'),
    catch: steps.optional().describe('Run instead of failing'),
    timeout: milliseconds.optional(),
    effect: z.enum(['none', 'idempotent', 'once']).optional().describe('Whether it may be done again after a crash'),
    compensate: z
      .lazy(() => workflowStepSchema)
      .optional()
      .describe('Undoes the step when the run is rolled back'),
    budget: budget.optional(),
    dependencies: z.array(name).optional().describe('Steps of the same list that must be over before'),
  });
}

const workflowStepSchema: z.ZodType = z
  .discriminatedUnion('type', WORKFLOW_STEP_TYPES.map(stepOf) as [ReturnType<typeof stepOf>])
  .meta({ id: 'WorkflowStep' });

const trigger = z.discriminatedUnion('type', [
  record('a cron trigger', {
    type: z.literal('cron'),
    cron: z.string().min(1).max(200).describe('Minute, hour, day of month, month, day of week'),
    timeZone: z.string().min(1).optional().describe('IANA name; absent: UTC'),
    input: template.optional(),
  }),
  record('a webhook trigger', {
    type: z.literal('webhook'),
    name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  }),
]);

/** A workflow as people write it: both forms of the seed's dialect and Weir's additions. */
export const workflowDocumentSchema = record('the workflow', {
  $schema: z.string().optional(),
  name,
  description: z.string().max(10_000).optional(),
  input: jsonSchema.optional().describe('JSON Schema of the input; absent: anything'),
  output: template.optional().describe('Absent: the output of the last step that ran'),
  steps: z.array(workflowStepSchema).min(1),
  errorHandling: record('errorHandling', {
    strategy: z.enum(['stop', 'rollback', 'continue']).optional().describe('Absent: stop'),
    onError: name.optional().describe('Workflow that is run when this one fails'),
  }).optional(),
  timeout: milliseconds.optional(),
  budget: budget.optional(),
  budgetLimit: z.number().positive().max(1_000_000).optional().describe('The same as budget.usd'),
  triggers: z.array(trigger).max(20).optional(),
  env: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
    .optional()
    .describe('Settings that templates read as env.NAME; the operator allows them'),
});

/** The same as JSON Schema 2020-12, for editors; `docs/reference/workflow-document.schema.json` holds it. */
export function workflowJsonSchema(): object {
  return z.toJSONSchema(workflowDocumentSchema);
}
