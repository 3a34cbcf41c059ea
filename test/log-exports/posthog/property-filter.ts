import { RE2JS } from 're2js';
import { RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';

/** A record as PostHog's ingestion sees it. */
export interface PostHogRecord {
  readonly body: string;
  /** Lower case where it is one of PostHog's own words, else as it came. */
  readonly severity_text: string | undefined;
  readonly severity_number: number | undefined;
  readonly trace_id: string | undefined;
  readonly service_name: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

export type RecordTest = (record: PostHogRecord) => boolean;
type Scalar = string | number | boolean;
interface Leaf {
  readonly key: string;
  readonly operator: string;
  readonly value: unknown;
  readonly type: string | undefined;
}

const MAX_DEPTH = 16;
const MAX_NODES = 256;

/** Compiles a filter group, AND or OR of filters and groups. An empty group matches nothing; a lone inner group is unwrapped. */
export function compileFilterGroup(raw: unknown): RecordTest {
  const count = { nodes: 0 };
  const test = compileNode(raw, 0, count);
  if (count.nodes > MAX_NODES) throw refused(`a filter_group with more than ${MAX_NODES} nodes`);
  return test;
}

function compileNode(raw: unknown, depth: number, count: { nodes: number }): RecordTest {
  count.nodes++;
  if (typeof raw !== 'object' || raw === null) throw refused('a filter_group must hold objects');
  const { type, values } = raw as { type?: unknown; values?: unknown };
  if (!Array.isArray(values)) return compileLeaf(raw as Partial<Leaf>);
  if (depth >= MAX_DEPTH) throw refused(`a filter_group deeper than ${MAX_DEPTH}`);
  if (type !== 'AND' && type !== 'OR') throw refused(`a filter_group of type ${String(type)}`);
  const tests = values.map((value) => compileNode(value, depth + 1, count));
  if (tests.length === 0) return () => false;
  return type === 'AND'
    ? (record) => tests.every((test) => test(record))
    : (record) => tests.some((test) => test(record));
}

function compileLeaf({ key, operator = 'exact', value, type }: Partial<Leaf>): RecordTest {
  if (typeof key !== 'string') throw refused('a filter without a key');
  const test = compileOperator(operator, value);
  return (record) => test(lookUp(record, key, type));
}

/** Columns have names of their own; a filter of type log with any other key looks at the body. */
function lookUp(record: PostHogRecord, key: string, type: string | undefined): string | undefined {
  if (type === 'log_attribute' && Object.hasOwn(record.attributes, key)) return record.attributes[key];
  if (key === 'service_name' || key === 'service.name') return record.service_name;
  if (key === 'severity_text' || key === 'level' || key === 'severity_level') {
    return record.severity_text ?? record.attributes.level ?? record.attributes.severity_text;
  }
  if (key === 'message' || type === 'log') return record.body;
  if (type === 'log_resource_attribute') return undefined;
  return record.attributes[key];
}

/** Only is_set and is_not_set say anything about what is missing; every other operator does not match it. */
function compileOperator(operator: string, value: unknown): (found: string | undefined) => boolean {
  if (operator === 'is_set') return (found) => found !== undefined && found !== '';
  if (operator === 'is_not_set') return (found) => found === undefined || found === '';
  if (value === undefined || value === null) return () => false;
  const test = compileComparison(operator, value);
  return (found) => found !== undefined && test(found);
}

function compileComparison(operator: string, value: unknown): (found: string) => boolean {
  const lower = String(value).toLowerCase();
  switch (operator) {
    case 'exact':
    case 'in':
      return isExactly(value);
    case 'is_not':
    case 'not_in': {
      const exact = isExactly(value);
      return (found) => !exact(found);
    }
    case 'icontains':
      return (found) => found.toLowerCase().includes(lower);
    case 'not_icontains':
      return (found) => !found.toLowerCase().includes(lower);
    case 'regex':
    case 'not_regex': {
      const regex = compileRe2(String(value), RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL);
      return (found) => regex.matcher(found).find() === (operator === 'regex');
    }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return (found) => compare(operator, found, value as Scalar);
    default:
      throw new UnsupportedConstruct('PostHog', `the operator ${operator}`);
  }
}

/** Without case; a list matches when one of it does. */
function isExactly(value: unknown): (found: string) => boolean {
  const wanted = (Array.isArray(value) ? value : [value]).map((one) => String(one).toLowerCase());
  return (found) => wanted.includes(found.toLowerCase());
}

function compare(operator: string, found: string, value: Scalar): boolean {
  const [left, right] = [Number.parseFloat(found), Number.parseFloat(String(value))];
  const isNumeric = Number.isFinite(left) && Number.isFinite(right);
  const order = isNumeric ? left - right : orderOf(found, String(value));
  if (operator === 'gt') return order > 0;
  if (operator === 'gte') return order >= 0;
  return operator === 'lt' ? order < 0 : order <= 0;
}

function orderOf(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** PostHog skips a pattern that RE2 refuses, so the rule does nothing: no export may have one. */
export function compileRe2(pattern: string, flags = 0): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    throw refused(`the pattern ${pattern} is no RE2 (${String(error)})`);
  }
}

function refused(reason: string): RefusedConfiguration {
  return new RefusedConfiguration('PostHog', reason);
}
