import { z } from 'zod';
import { alertsSchema } from './sections/alerts.ts';
import { batchesSchema } from './sections/batches.ts';
import { budgetsSchema } from './sections/budgets.ts';
import { cacheSchema } from './sections/cache.ts';
import { captureSchema } from './sections/capture.ts';
import { clickhouseSchema } from './sections/clickhouse.ts';
import { conversationsSchema } from './sections/conversations.ts';
import { databaseSchema } from './sections/database.ts';
import { egressSchema, proxySchema, tlsSchema } from './sections/egress.ts';
import { guardrailsSchema } from './sections/guardrails.ts';
import { httpAddress } from './sections/http-address.ts';
import { limitsSchema } from './sections/limits.ts';
import { logsSchema } from './sections/logs.ts';
import { mcpSchema } from './sections/mcp.ts';
import { redisSchema } from './sections/redis.ts';
import { retentionSchema } from './sections/retention.ts';
import { sanitizeSchema } from './sections/sanitize.ts';
import { sessionsSchema } from './sections/sessions.ts';
import { validationSchema } from './sections/validation.ts';
import { workflowsSchema } from './sections/workflows.ts';

/**
 * The configuration file: every key, its unit and default. Strict: a key that is not here is an error that names the
 * nearest right one. The reference page is generated from the descriptions.
 */

const milliseconds = (text: string) => z.number().int().positive().describe(`${text}, in milliseconds`);

const credentialSchema = z.strictObject({
  api_key: z.string().min(1).describe('Secret of this credential'),
  weight: z.number().positive().default(1).describe('Share of traffic among the credentials of this provider'),
  requests_per_minute: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Calls per minute this process sends with it; absent: no limit of ours'),
});

export const providerSchema = z.strictObject({
  type: z
    .string()
    .optional()
    .describe('Kind of provider; absent: the name in the file is the kind, unknown names are openai-compatible'),
  api_key: z.string().optional().describe('Secret; "none" for servers that need no key'),
  base_url: httpAddress.optional().describe("Address, as the provider's own SDK takes it"),
  credentials: z.array(credentialSchema).default([]).describe('More credentials of the same provider, drawn by weight'),
  weight: z.number().positive().default(1).describe('Weight of api_key among the credentials'),
  requests_per_minute: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Calls per minute this process sends with api_key'),
  models: z.array(z.string().min(1)).default([]).describe('Models it serves besides the known ones'),
  default_model: z.string().optional().describe('Used when a seed-API call names no model'),
  timeout_ms: milliseconds("Limit of one attempt at this provider; absent: the API's own").optional(),
  headers: z.record(z.string(), z.string()).default({}).describe('Extra headers of every request to it'),
  proxy: proxySchema.optional(),
  tls: tlsSchema.optional(),
  deployments: z.record(z.string(), z.string()).optional().describe('Azure: model name to deployment name'),
  api_version: z.string().optional().describe('Azure: api-version of the REST API'),
  region: z.string().optional().describe('Bedrock and Vertex: region'),
  inference_base_url: httpAddress.optional().describe('HuggingFace: address of models that take raw task inputs'),
  project: z.string().optional().describe('Vertex: Google Cloud project'),
});

const routeTargetSchema = z.union([
  z.string().min(1),
  z.strictObject({
    model: z.string().min(1).describe('provider/model'),
    weight: z.number().nonnegative().default(1).describe('Share of calls in a weighted route'),
    timeout_ms: milliseconds('Limit of one attempt on this target').optional(),
  }),
]);

export const routeSchema = z.strictObject({
  strategy: z
    .enum(['fallback', 'weighted', 'least-latency', 'least-cost'])
    .default('fallback')
    .describe('How a target is chosen'),
  targets: z.array(routeTargetSchema).min(1).describe('provider/model names, or objects with weight and timeout_ms'),
  timeout_ms: milliseconds('Limit of a whole call on this route').optional(),
  sticky: z.boolean().default(false).describe('Calls of one session go to the same target'),
  cache: z
    .boolean()
    .optional()
    .describe('Do calls use the reply cache when neither they nor their key say? Absent: cache.exact.enabled'),
});

const priceName = z.string().regex(/^[^/]+\/.+$/, 'a price is named provider/model');

const priceSchema = z.strictObject({
  input: z.number().nonnegative().describe('USD per million input tokens'),
  output: z.number().nonnegative().describe('USD per million output tokens'),
  cache_read: z.number().nonnegative().optional().describe('USD per million tokens read from the cache; absent: input'),
  cache_write: z
    .number()
    .nonnegative()
    .optional()
    .describe('USD per million tokens written to the cache; absent: input'),
  cache_write_1h: z
    .number()
    .nonnegative()
    .optional()
    .describe('USD per million tokens written with one hour lifetime; absent: cache_write'),
  reasoning: z.number().nonnegative().optional().describe('USD per million reasoning tokens; absent: output'),
  audio_input: z.number().nonnegative().optional().describe('USD per million audio input tokens; absent: input'),
  audio_output: z.number().nonnegative().optional().describe('USD per million audio output tokens; absent: output'),
  image: z.number().nonnegative().optional().describe('USD per generated image'),
  batch: z
    .number()
    .nonnegative()
    .max(1)
    .optional()
    .describe(
      'Share of these prices that a line of a batch at the provider costs (0.5: half); absent: what is known of it',
    ),
});

const serverSchema = z.strictObject({
  host: z
    .string()
    .default('127.0.0.1')
    .describe('Address to listen on; others than loopback need an admin key set on purpose'),
  port: z.number().int().min(0).max(65_535).default(8080).describe('TCP port; 0 takes a free one'),
  workers: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Threads that serve calls from the same port, this one included; more than there are cores is no use'),
  max_body_bytes: z.number().int().positive().default(33_554_432).describe('Largest request body, in bytes'),
  max_json_depth: z
    .number()
    .int()
    .positive()
    .max(10_000)
    .default(128)
    .describe('How deep objects and arrays of a request body may be inside each other'),
  max_json_members: z
    .number()
    .int()
    .positive()
    .default(100_000)
    .describe('Most objects, arrays and members of objects in one request body'),
  headers_timeout_ms: milliseconds('How long the headers of a request may take to arrive').default(60_000),
  request_timeout_ms: milliseconds('How long a whole request may take to arrive').default(300_000),
  max_reply_bytes: z
    .number()
    .int()
    .positive()
    .default(67_108_864)
    .describe('Largest whole reply of a provider, in bytes'),
  max_concurrent_calls: z
    .number()
    .int()
    .positive()
    .default(10_000)
    .describe('Calls that may run at the same time; more are refused at once with 503'),
  memory_limit_mb: z
    .number()
    .int()
    .min(64)
    .optional()
    .describe('Resident memory above which new calls are refused with 503, in MiB; absent: 90% of the container'),
  drain_timeout_ms: milliseconds('How long running calls may finish after SIGTERM').default(30_000),
  allowed_hosts: z
    .array(z.string())
    .default([])
    .describe(
      'Host header values accepted besides the bound address and loopback names: name, name:port, *.name; * for all',
    ),
});

const retrySchema = z.strictObject({
  max_attempts: z.number().int().min(0).max(10).default(3).describe('Retries after the first try'),
  base_delay_ms: z
    .number()
    .int()
    .min(0)
    .default(1000)
    .describe('Ceiling of the first delay; it doubles each time, in milliseconds'),
  max_delay_ms: z
    .number()
    .int()
    .min(0)
    .default(8000)
    .describe('Largest ceiling, and the longest retry-after that is waited for, in milliseconds'),
  jitter: z
    .enum(['full', 'none'])
    .default('full')
    .describe('full: uniform below the ceiling; none: exactly the ceiling'),
  budget_ratio: z
    .number()
    .nonnegative()
    .default(0.2)
    .describe('Extra tries per upstream as a share of its calls in the last minute'),
  budget_floor_per_minute: z
    .number()
    .int()
    .nonnegative()
    .default(100)
    .describe('Retries per upstream and minute that are always allowed'),
  provider: z
    .record(
      z.string(),
      z.strictObject({
        max_attempts: z.number().int().min(0).max(10).describe('Retries after the first try for this provider'),
      }),
    )
    .default({})
    .describe('Retries after the first try for single providers'),
});

const breakerSchema = z.strictObject({
  consecutive_failures: z.number().int().positive().default(5).describe('Failures in a row that open it'),
  failure_ratio: z.number().gt(0).max(1).default(0.5).describe('Share of failures that opens it'),
  minimum_calls: z.number().int().positive().default(20).describe('Calls within the window before the share counts'),
  window_ms: milliseconds('Window of the share').default(30_000),
  open_ms: milliseconds('First rest; doubles with each failed probe').default(5000),
  max_open_ms: milliseconds('Longest rest').default(60_000),
});

const timeoutsSchema = z.strictObject({
  connect_ms: milliseconds('Opening a connection to a provider').default(3000),
  total_ms: milliseconds('A whole call on the wire APIs').default(600_000),
  idle_ms: milliseconds('Silence inside a stream').default(60_000),
});

const llmSchema = z.strictObject({
  primary_provider: z.string().default('groq').describe('Whose default model a seed-API call without a model uses'),
  fallback_provider: z.string().default('openai').describe('Whose default model comes next'),
  max_tokens: z
    .number()
    .int()
    .positive()
    .default(2000)
    .describe('Output limit of seed-API calls that set none, in tokens'),
  temperature: z.number().min(0).max(2).default(0.7).describe('Temperature of seed-API calls that set none'),
  max_response_characters: z
    .number()
    .int()
    .positive()
    .default(50_000)
    .describe('Longest reply of a seed-API call, in characters'),
  timeout_ms: milliseconds('One attempt of a seed-API call').default(30_000),
});

const usageSchema = z.strictObject({
  durability: z
    .enum(['process', 'fsync', 'database'])
    .default('process')
    .describe('When a record counts as kept: written (survives kill -9), flushed to disk, or in the database'),
  reports: z
    .boolean()
    .default(true)
    .describe('False hides reports and telemetry; records that limits need are still written'),
});

const telemetrySchema = z.strictObject({
  otlp_endpoint: httpAddress
    .optional()
    .describe('Base URL of an OTLP/HTTP collector; absent: no traces or metrics leave'),
  otlp_headers: z.record(z.string(), z.string()).default({}).describe('Headers of OTLP requests'),
  service_name: z.string().default('weir').describe('service.name of traces and metrics'),
  log_level: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least level that is logged'),
});

export const configSchema = z.strictObject({
  server: serverSchema.prefault({}).describe('The HTTP server'),
  sessions: sessionsSchema.prefault({}).describe('People who signed in to the dashboard'),
  providers: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/), providerSchema)
    .default({})
    .describe('Providers by name'),
  routes: z.record(z.string().min(1).max(128), routeSchema).default({}).describe('Model names that resolve to targets'),
  limits: limitsSchema.prefault({}).describe('How much may be used'),
  budgets: budgetsSchema.prefault({}).describe('How much may be spent'),
  retry: retrySchema.prefault({}).describe('Retries of attempts'),
  breaker: breakerSchema.prefault({}).describe('Circuit breakers, one per target'),
  timeouts: timeoutsSchema.prefault({}).describe('Time limits of calls'),
  llm: llmSchema.prefault({}).describe('Defaults of the seed APIs'),
  cache: cacheSchema.prefault({}).describe('Replies to the same request, given again'),
  redis: redisSchema.prefault({}).describe('State that replicas share'),
  usage: usageSchema.prefault({}).describe('The ledger'),
  clickhouse: clickhouseSchema.prefault({}).describe('A copy of usage for analysts'),
  capture: captureSchema.prefault({}).describe('Prompts and replies that are stored'),
  conversations: conversationsSchema.prefault({}).describe('Conversations that Weir keeps'),
  retention: retentionSchema.prefault({}).describe('How long things are kept'),
  database: databaseSchema.prefault({}).describe('Where everything is kept'),
  prices: z.record(priceName, priceSchema).default({}).describe('Prices by provider/model, over the catalogue'),
  batches: batchesSchema.prefault({}).describe('Batches that Weir runs itself'),
  workflows: workflowsSchema.prefault({}).describe('Workflows'),
  egress: egressSchema.prefault({}).describe('Where Weir may connect to, and how'),
  logs: logsSchema.prefault({}).describe('Sampling of logs'),
  mcp: mcpSchema.prefault({}).describe('Tool servers of the Model Context Protocol'),
  alerts: alertsSchema.prefault({}).describe('What an operator hears of without looking'),
  telemetry: telemetrySchema.prefault({}).describe('Logs, traces, metrics'),
  guardrails: guardrailsSchema
    .prefault({})
    .describe('What is looked for in requests and replies, and what happens then'),
  validation: validationSchema.prefault({}).describe('Replies that must be JSON'),
  sanitize: sanitizeSchema.prefault({}).describe('What is taken out of replies'),
  on_unsupported: z
    .enum(['warn', 'drop', 'reject'])
    .default('warn')
    .describe(
      'What happens to request fields a provider cannot take: named in x-weir-dropped, dropped silently, or refused',
    ),
});

export type Config = z.infer<typeof configSchema>;
export type ProviderConfig = z.infer<typeof providerSchema>;
export type RouteConfig = z.infer<typeof routeSchema>;
