import { createHash } from 'node:crypto';
import { createRandom } from '../../../server/src/simulator/mind/random.ts';
import { RefusedConfiguration } from '../construct-error.ts';
import type { LogEvent, Verdict } from '../log-event.ts';
import { compileFilterGroup, compileRe2, type PostHogRecord, type RecordTest } from './property-filter.ts';
import { type AlwaysKeep, type PostHogRule, readRules } from './read-rules.ts';

type Decision = 'keep' | 'drop';
/** A bucket of tokens: what it lets through costs one, or the record's bytes. */
type Bucket = (record: PostHogRecord, atSeconds: number) => Decision;
/** What a rule says of a record in its scope; undefined: nothing, ask the next. */
type Rule = (record: PostHogRecord) => Decision | Bucket | undefined;

const PATHS = ['url.path', 'http.path', 'http.route', 'path'];
const OWN_WORDS = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);
const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

/**
 * What PostHog's ingestion does with these events. The first rule that decides wins; a rate limit only counts where no
 * other rule decides. Kept records pass unchanged: PostHog stamps nothing.
 */
export function evaluatePostHog(input: {
  readonly config: string;
  readonly events: readonly LogEvent[];
  readonly service?: string;
  readonly seed?: number;
}): Verdict[] {
  const random = createRandom(input.seed ?? 1).next;
  const rules = readRules(input.config).map((rule) => compileRule(rule, random));
  return input.events.map((event) => {
    const record = toRecord(event, input.service);
    const decision = decide(rules, record, event.atSeconds ?? 0);
    return decision === 'drop' ? { kept: false } : { kept: true, record: { ...record } };
  });
}

function decide(rules: readonly Rule[], record: PostHogRecord, atSeconds: number): Decision {
  let pending: Bucket | undefined;
  for (const rule of rules) {
    const said = rule(record);
    if (said === 'keep' || said === 'drop') return said;
    pending ??= said;
  }
  return pending?.(record, atSeconds) ?? 'keep';
}

function compileRule(rule: PostHogRule, random: () => number): Rule {
  const isInScope = compileScope(rule);
  const isAlwaysKept = compileAlwaysKeep(rule.config.always_keep);
  const judge = compileJudge(rule, random);
  return (record) => {
    if (!isInScope(record)) return undefined;
    return isAlwaysKept(record) ? 'keep' : judge(record);
  };
}

function compileScope({ scope_service: service, scope_path_pattern: pattern }: PostHogRule): RecordTest {
  const regex = pattern === null || pattern === undefined ? undefined : compileRe2(pattern);
  return (record) => {
    if (service !== null && service !== undefined && record.service_name !== service) return false;
    return regex === undefined || regex.matcher(pathOf(record)).find();
  };
}

function compileJudge(rule: PostHogRule, random: () => number): Rule {
  if (rule.rule_type === 'severity_sampling') {
    const { actions } = rule.config;
    // Every severity has an action, so nothing after such a rule is asked.
    return (record) => {
      const action = actions[LEVELS[severityOrdinal(record)] as (typeof LEVELS)[number]] ?? { type: 'keep' };
      if (action.type !== 'sample') return action.type;
      return shareOf(record, random) < action.rate ? 'keep' : 'drop';
    };
  }
  if (rule.rule_type === 'path_drop') {
    const { patterns, match_attribute_key: key, filter_group: group } = rule.config;
    const regexes = patterns.map((pattern) => compileRe2(pattern));
    const isInGroup = group === undefined ? () => false : compileFilterGroup(group);
    return (record) => {
      const searched = key === undefined || key.trim() === '' ? pathOf(record) : (record.attributes[key.trim()] ?? '');
      if (regexes.some((regex) => regex.matcher(searched).find())) return 'drop';
      return isInGroup(record) ? 'drop' : undefined;
    };
  }
  const bucket = createBucket(rule.config);
  const isInGroup = rule.config.filter_group === undefined ? () => true : compileFilterGroup(rule.config.filter_group);
  return (record) => (isInGroup(record) ? bucket : undefined);
}

/** Kilobytes win over lines; the burst is three seconds' worth unless a larger one is set. */
function createBucket(config: Extract<PostHogRule, { rule_type: 'rate_limit' }>['config']): Bucket {
  const isBytes = config.kb_per_second !== undefined;
  const rate = Math.floor(config.kb_per_second ?? config.logs_per_second ?? 0);
  if (rate === 0) throw new RefusedConfiguration('PostHog', 'a rate_limit needs logs_per_second or kb_per_second');
  const burst = isBytes ? config.burst_kb : config.burst_logs;
  const unit = isBytes ? 1024 : 1;
  const size = unit * (burst !== undefined && burst >= rate ? Math.floor(burst) : rate * 3);
  let tokens = size;
  let last = 0;
  return (record, atSeconds) => {
    tokens = Math.min(size, tokens + (atSeconds - last) * rate * unit);
    last = atSeconds;
    const cost = isBytes ? Buffer.byteLength(record.body) : 1;
    if (tokens < cost) return 'drop';
    tokens -= cost;
    return 'keep';
  };
}

function compileAlwaysKeep(rule: AlwaysKeep | undefined): RecordTest {
  if (rule === undefined) return () => false;
  const { status_gte: status, latency_ms_gt: latency, attribute_predicates: predicates } = rule;
  return ({ attributes }) => {
    const code = Number.parseInt(attributes['http.status_code'] ?? attributes['http.response.status_code'] ?? '', 10);
    if (status !== undefined && code >= status) return true;
    const took = Number.parseFloat(attributes['http.server.duration_ms'] ?? attributes.duration_ms ?? '');
    if (latency !== undefined && took > latency) return true;
    return predicates.some(({ key, op, value }) => {
      const found = attributes[key];
      if (found === undefined) return false;
      if (op === 'exists') return true;
      return value !== undefined && (found === value) === (op === 'eq');
    });
  };
}

/** Where a line is in [0, 1]: by its trace, else by chance. */
function shareOf({ trace_id: traceId }: PostHogRecord, random: () => number): number {
  if (traceId === undefined) return random();
  return createHash('sha256').update(Buffer.from(traceId, 'hex')).digest().readUInt32BE(0) / 0xffffffff;
}

/** By the words that PostHog knows, else by the number, else INFO. */
function severityOrdinal({ severity_text: text, severity_number: number }: PostHogRecord): number {
  const word = text?.toLowerCase() ?? '';
  if (word === 'trace' || word === 'debug') return 0;
  if (word === 'info') return 1;
  if (word === 'warn' || word === 'warning') return 2;
  if (word === 'error' || word === 'fatal') return 3;
  if (number === undefined) return 1;
  if (number >= 17) return 3;
  if (number >= 13) return 2;
  return number >= 9 ? 1 : 0;
}

function pathOf({ attributes }: PostHogRecord): string {
  return PATHS.map((key) => attributes[key]).find((value) => value !== undefined && value !== '') ?? '';
}

const NUMBERS: Readonly<Record<string, number>> = {
  TRACE: 1,
  DEBUG: 5,
  INFO: 9,
  NOTICE: 10,
  WARN: 13,
  WARNING: 13,
  ERROR: 17,
  CRITICAL: 21,
  FATAL: 21,
};

/** An OTLP record; a client's SDK sets the number beside its word. */
function toRecord(event: LogEvent, service: string | undefined): PostHogRecord {
  const { severity, attributes = {} } = event;
  const lower = severity?.toLowerCase();
  return {
    body: event.message,
    severity_text: lower !== undefined && OWN_WORDS.has(lower) ? lower : severity,
    severity_number: NUMBERS[severity?.toUpperCase() ?? ''],
    trace_id: event.traceId,
    service_name: service,
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
  };
}
