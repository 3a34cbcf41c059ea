import { parse } from 'yaml';
import { z } from 'zod';
import { DisputedConstruct, RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';
import type { LogEvent, Verdict } from '../log-event.ts';
import { compileOttlCondition, compileOttlStatement, type PathStyle } from './ottl.ts';
import { OttlFailure } from './ottl-functions.ts';
import { fromOttl, type OttlRecord, toOttl } from './ottl-values.ts';
import { createProbabilisticSampler } from './probabilistic-sampler.ts';

/** Says whether a record goes on, and may change it. */
type Processor = (record: OttlRecord) => boolean;

const pipelineSchema = z.looseObject({ processors: z.array(z.string()).default([]) });
const configSchema = z.looseObject({
  processors: z.record(z.string(), z.unknown()).default({}),
  service: z.looseObject({ pipelines: z.record(z.string(), pipelineSchema) }),
});
const errorMode = z.enum(['ignore', 'silent', 'propagate']);
const groupSchema = z.union([
  z.string(),
  z.strictObject({
    context: z.enum(['log', 'resource', 'scope']).optional(),
    error_mode: errorMode.optional(),
    conditions: z.array(z.string()).default([]),
    statements: z.array(z.string()),
  }),
]);
const transformSchema = z.strictObject({
  error_mode: errorMode.default('ignore'),
  log_statements: z.array(groupSchema).default([]),
});
const filterSchema = z.strictObject({
  error_mode: errorMode.default('propagate'),
  logs: z.strictObject({ log_record: z.array(z.string()) }).optional(),
  log_conditions: z.array(z.string()).optional(),
});

/** What the collector's one logs pipeline does with these events, one by one. */
export function evaluateOtel(input: { readonly config: string; readonly events: readonly LogEvent[] }): Verdict[] {
  const processors = readPipeline(input.config);
  return input.events.map((event) => {
    const record = toRecord(event);
    if (!processors.every((processor) => processor(record))) return { kept: false };
    const { body, severity_text, severity_number, trace_id, attributes } = record;
    return {
      kept: true,
      record: {
        body: fromOttl(body),
        severity_text,
        severity_number: Number(severity_number),
        trace_id,
        ...asObject(attributes),
      },
    };
  });
}

function asObject(attributes: OttlRecord['attributes']): { attributes: unknown } {
  return { attributes: fromOttl(attributes) };
}

/** In every text of a configuration $$ is a dollar, and ${...} a variable. */
function expandDollars(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expandDollars);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expandDollars(inner)]));
  }
  if (typeof value !== 'string') return value;
  return value.replaceAll(/\$(\$|\{|[A-Za-z_]+)?/g, (whole, next: string | undefined) => {
    if (next === '$' || next === undefined) return '$';
    if (next === '{') throw new UnsupportedConstruct('OpenTelemetry', '${...}, which is a variable');
    throw new DisputedConstruct(
      'OpenTelemetry',
      `${whole} is an environment variable in some versions, text in others`,
    );
  });
}

function readPipeline(text: string): Processor[] {
  const parsed = configSchema.safeParse(expandDollars(parse(text)));
  if (!parsed.success) throw new RefusedConfiguration('OpenTelemetry', z.prettifyError(parsed.error));
  const { processors, service } = parsed.data;
  const pipelines = Object.entries(service.pipelines).filter(([name]) => name.split('/')[0] === 'logs');
  const [pipeline] = pipelines;
  if (pipeline === undefined || pipelines.length > 1) {
    throw new UnsupportedConstruct('OpenTelemetry', `${pipelines.length} logs pipelines`);
  }
  return pipeline[1].processors.map((name) => {
    if (!Object.hasOwn(processors, name))
      throw new RefusedConfiguration('OpenTelemetry', `the processor ${name} is not configured`);
    return createProcessor(name.split('/')[0] as string, processors[name] ?? {});
  });
}

function createProcessor(type: string, config: unknown): Processor {
  if (type === 'transform') return createTransform(readConfig(transformSchema, config, type));
  if (type === 'filter') return createFilter(readConfig(filterSchema, config, type));
  if (type === 'probabilistic_sampler') return createProbabilisticSampler(config);
  if (type === 'batch' || type === 'memory_limiter') return () => true;
  throw new UnsupportedConstruct('OpenTelemetry', `the processor type ${type}`);
}

function readConfig<Schema extends z.ZodType>(schema: Schema, config: unknown, type: string): z.infer<Schema> {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new RefusedConfiguration('OpenTelemetry', `${type}: ${z.prettifyError(parsed.error)}`);
}

function createTransform(config: z.infer<typeof transformSchema>): Processor {
  const groups = config.log_statements.map((group) => {
    if (typeof group === 'string') return compileGroup({ statements: [group], conditions: [] }, config.error_mode);
    return compileGroup(group, group.error_mode ?? config.error_mode);
  });
  return (record) => groups.every((group) => group(record));
}

function compileGroup(
  group: { readonly context?: string | undefined; readonly conditions: string[]; readonly statements: string[] },
  mode: z.infer<typeof errorMode>,
): Processor {
  if (group.context !== undefined && group.context !== 'log') {
    throw new UnsupportedConstruct('OpenTelemetry', `the OTTL context ${group.context}`);
  }
  const style: PathStyle = group.context === undefined ? 'prefixed' : 'either';
  const conditions = group.conditions.map((condition) => compileOttlCondition(condition, style));
  const statements = group.statements.map((statement) => compileOttlStatement(statement, style));
  return (record) => {
    try {
      if (conditions.length > 0 && !conditions.some((condition) => condition(record))) return true;
    } catch (error) {
      return survives(error, mode);
    }
    return statements.every((statement) => {
      try {
        statement(record);
        return true;
      } catch (error) {
        return survives(error, mode);
      }
    });
  };
}

function createFilter(config: z.infer<typeof filterSchema>): Processor {
  const conditions = [
    ...(config.logs?.log_record ?? []).map((source) => compileOttlCondition(source, 'either')),
    ...(config.log_conditions ?? []).map((source) => compileOttlCondition(source, 'prefixed')),
  ];
  if (conditions.length === 0) throw new RefusedConfiguration('OpenTelemetry', 'a filter processor without conditions');
  return (record) => {
    for (const condition of conditions) {
      try {
        if (condition(record)) return false;
      } catch (error) {
        if (!survives(error, config.error_mode)) return false;
      }
    }
    return true;
  };
}

/** An ignored error leaves the record as it is; a propagated one loses it with its batch. */
function survives(error: unknown, mode: z.infer<typeof errorMode>): boolean {
  if (error instanceof OttlFailure) return mode !== 'propagate';
  throw error;
}

const NUMBERS: Readonly<Record<string, bigint>> = {
  TRACE: 1n,
  DEBUG: 5n,
  INFO: 9n,
  NOTICE: 10n,
  WARN: 13n,
  WARNING: 13n,
  ERROR: 17n,
  CRITICAL: 21n,
  FATAL: 21n,
};

function toRecord(event: LogEvent): OttlRecord {
  const severity = event.severity ?? '';
  return {
    body: event.message,
    severity_text: severity,
    severity_number: NUMBERS[severity.toUpperCase()] ?? 0n,
    trace_id: /^0*$/.test(event.traceId ?? '') ? '' : (event.traceId ?? ''),
    attributes: toOttl(event.attributes ?? {}) as OttlRecord['attributes'],
    resource: {},
    cache: {},
  };
}
