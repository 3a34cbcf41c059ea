import type { LogPolicy } from '@weir/contract';
import { stringify } from 'yaml';
import {
  type ClassRates,
  commonRate,
  decimal,
  type ExportFile,
  type ExportPlan,
  type ExportRule,
  planExport,
} from './export-plan.ts';
import { CLASS_WORDS, EXCEPTION_KEYS, SEVERITY_CLASSES, TEXT_LEVELS } from './severity-classes.ts';

/** A double: as an integer the sampler does not read it. */
const PRIORITY = 'log.attributes["sampling.priority"]';
const CLASS = 'log.cache["class"]';
const LEVEL = 'log.cache["level"]';
const TEXT = 'log.cache["text"]';
const PATTERN = 'log.attributes["weir.pattern"]';
const NO_TRACE = 'TraceID(0x00000000000000000000000000000000)';
const OTEL_EXCEPTIONS = ['exception.type', 'exception.message', 'exception.stacktrace'];

/**
 * Processors for the OpenTelemetry Collector (contrib, 0.120 or newer): `transform/weir` finds each record's rate,
 * `filter/weir` takes out rate 0, `probabilistic_sampler/weir` samples, `transform/weir_done` removes what helped.
 */
export function exportToOtel(policy: LogPolicy, nowMs: number): ExportFile[] {
  const plan = planExport(policy, nowMs);
  const notes = [
    ...plan.notes,
    'Records of a trace share its fate, as samplers decide it; the others get a random number of their own.',
    'For the contrib distribution, 0.120 or newer: transform, filter and probabilistic_sampler (alpha for logs).',
    "The sampler takes the greater of a record's rate and its own, so its own is nearly nothing. Records that",
    'it cannot decide pass (fail_closed: false). Keep the order of the processors; put batch behind them.',
  ];
  const processors = {
    'transform/weir': { error_mode: 'ignore', log_statements: statements(plan) },
    'filter/weir': { error_mode: 'ignore', logs: { log_record: ['attributes["sampling.priority"] == 0.0'] } },
    'probabilistic_sampler/weir': {
      mode: 'proportional',
      sampling_percentage: 0.0001,
      sampling_priority: 'sampling.priority',
      sampling_precision: 14,
      fail_closed: false,
    },
    'transform/weir_done': {
      error_mode: 'ignore',
      log_statements: ['delete_key(log.attributes, "sampling.priority")'],
    },
  };
  const document = { processors, service: { pipelines: { logs: { processors: Object.keys(processors) } } } };
  const comments = notes.map((note) => `# ${note}`).join('\n');
  return [{ name: 'weir-otel.yaml', text: `${comments}\n${stringify(document, { lineWidth: 0, singleQuote: true })}` }];
}

function statements({ policy, rates, rules }: ExportPlan): string[] {
  return [
    // Whatever fails below, this stands.
    set(PRIORITY, '100.0'),
    set(PATTERN, '""'),
    set(TEXT, 'log.body.string'),
    ...['msg', 'message'].map((key) =>
      set(TEXT, `log.body["${key}"]`, `IsMap(log.body) and IsString(log.body["${key}"])`),
    ),
    ...severityStatements(),
    ...keepStatements(policy.service_name),
    ...priorities(rates, `${PATTERN} == "" and ${CLASS} != "KEEP"`),
    ...rules.flatMap(ruleStatements),
    `delete_key(log.attributes, "weir.pattern") where ${PATTERN} == ""`,
    // A record without a trace id has no randomness of its own.
    set(
      'log.attributes["sampling.randomness"]',
      'Substring(SHA256(UUID()), 0, 14)',
      `log.trace_id == ${NO_TRACE} and log.attributes["sampling.randomness"] == nil`,
    ),
    set('log.attributes["sample_rate"]', `100.0 / ${PRIORITY}`, `${PRIORITY} > 0.0`),
    set('log.attributes["weir.policy_version"]', String(policy.policy_version)),
  ];
}

/** The number counts, then the severity's text, then what the message itself says. */
function severityStatements(): string[] {
  const isUnnumbered = 'log.severity_number == 0';
  const words = Object.entries(CLASS_WORDS);
  return [
    set(CLASS, '"KEEP"'),
    set(CLASS, '"DEBUG"', 'log.severity_number >= 1 and log.severity_number <= 8'),
    set(CLASS, '"INFO"', 'log.severity_number >= 9 and log.severity_number <= 12'),
    set(CLASS, '"WARNING"', 'log.severity_number >= 13 and log.severity_number <= 16'),
    set(LEVEL, '""'),
    set(LEVEL, 'log.severity_text', isUnnumbered),
    ...TEXT_LEVELS.map((regex) =>
      set(
        LEVEL,
        `ExtractPatterns(${TEXT}, ${quoted(regex)})["level"]`,
        `${isUnnumbered} and ${LEVEL} == "" and IsMatch(${TEXT}, ${quoted(regex)})`,
      ),
    ),
    set(CLASS, '"NONE"', `${isUnnumbered} and ${LEVEL} == ""`),
    ...words.map(([name, all]) =>
      set(CLASS, `"${name}"`, `${isUnnumbered} and IsMatch(${LEVEL}, ${quoted(wordsRegex(all))})`),
    ),
  ];
}

/** Errors come first, and other services are not this policy's: nothing that follows touches what is KEEP. */
function keepStatements(service: string): string[] {
  const isError = '(?i)^\\s*(?:error|err|severe|critical|crit|fatal|alert|emerg|emergency|panic)\\d*\\s*\\z';
  const name = 'resource.attributes["service.name"]';
  return [
    set(CLASS, '"KEEP"', 'log.severity_number >= 17'),
    set(CLASS, '"KEEP"', `IsMatch(log.severity_text, ${quoted(isError)})`),
    ...[...OTEL_EXCEPTIONS, ...EXCEPTION_KEYS].map((key) =>
      set(CLASS, '"KEEP"', `log.attributes[${quoted(key)}] != nil`),
    ),
    ...(service === '' ? [] : [set(CLASS, '"KEEP"', `${name} != nil and ${name} != ${quoted(service)}`)]),
  ];
}

function ruleStatements({ id, regex, literal, rates }: ExportRule): string[] {
  const candidate = literal === '' ? '' : `IsMatch(${TEXT}, ${quoted(literalRegex(literal))}) and `;
  return [
    set(
      PATTERN,
      quoted(id),
      `${PATTERN} == "" and ${CLASS} != "KEEP" and ${candidate}IsMatch(${TEXT}, ${quoted(regex)})`,
    ),
    ...priorities(rates, `${PATTERN} == ${quoted(id)}`),
  ];
}

function priorities(rates: ClassRates, where: string): string[] {
  const common = commonRate(rates);
  if (common !== undefined) return [set(PRIORITY, percent(common), where)];
  return SEVERITY_CLASSES.map((name) => set(PRIORITY, percent(rates[name]), `${CLASS} == "${name}" and ${where}`));
}

function percent(rate: number): string {
  return decimal(Number((rate * 100).toPrecision(15)));
}

function wordsRegex(words: readonly string[]): string {
  const names = words.filter((word) => /\D/.test(word)).join('|');
  const numbers = words.filter((word) => !/\D/.test(word)).join('|');
  return `(?i)^\\s*(?:(?:${names})\\d*|${numbers})\\s*\\z`;
}

function literalRegex(literal: string): string {
  return literal.replaceAll(/[\\^.*?()[\]{}|]/g, '\\$&');
}

function set(target: string, value: string, where?: string): string {
  return `set(${target}, ${value})${where === undefined ? '' : ` where ${where}`}`;
}

/** A string of OTTL: backslashes count twice. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
