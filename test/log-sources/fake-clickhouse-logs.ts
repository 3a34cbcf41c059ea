import type { PostHogRow } from './fake-posthog.ts';
import { type Answer, type Asked, serveHttp } from './serve-http.ts';

/** Columns of PostHog's table logs34, as system.columns shows them. */
const LOGS34: Readonly<Record<string, string>> = {
  time_bucket: 'DateTime',
  original_expiry_timestamp: 'DateTime64(6)',
  uuid: 'String',
  team_id: 'Int32',
  trace_id: 'String',
  span_id: 'String',
  trace_flags: 'Int32',
  timestamp: 'DateTime64(6)',
  observed_timestamp: 'DateTime64(6)',
  body: 'String',
  severity_text: 'LowCardinality(String)',
  severity_number: 'Int32',
  service_name: 'LowCardinality(String)',
  resource_attributes: 'Map(LowCardinality(String), String)',
  level: 'String',
  attributes: 'Map(LowCardinality(String), String)',
  _bytes_uncompressed: 'UInt64',
  _record_count: 'UInt64',
  pattern: 'String',
};

export interface FakeLogsOptions {
  readonly tables: readonly string[];
  readonly rows: readonly PostHogRow[];
  /** Longest slice that may be read at once, in seconds; a longer one has too many bytes. */
  readonly longestSliceS?: number;
  /** The user's profile allows no change of settings. */
  readonly isReadOnly?: boolean;
  /** Columns that the tables lack. */
  readonly without?: readonly string[];
}

const PAGE =
  /^SELECT body, uuid, severity_text, service_name(?:, trace_id)?(?:, toString\(_bytes_uncompressed\) AS line_bytes)?, toString\(toUnixTimestamp64Micro\(`timestamp`\)\) AS time_units FROM `posthog`\.`(\w+)` WHERE team_id = \{(p\d+):Int64\}(?: AND time_bucket >= toDateTime\(\{(p\d+):Int64\}\) AND time_bucket <= toDateTime\(\{(p\d+):Int64\}\))?(?: AND service_name = \{(?<service>p\d+):String\})? AND timestamp >= fromUnixTimestamp64Micro\(\{(?<from>p\d+):Int64\}\) AND timestamp < fromUnixTimestamp64Micro\(\{(?<to>p\d+):Int64\}\)(?: AND \(`timestamp` > fromUnixTimestamp64Micro\(\{(?<after>p\d+):Int64\}\) OR \(`timestamp` = fromUnixTimestamp64Micro\(\{p\d+:Int64\}\) AND uuid > \{(?<uuid>p\d+):String\}\)\))? ORDER BY timestamp, uuid LIMIT \{(?<limit>p\d+):Int64\} FORMAT JSONEachRow$/;

/** ClickHouse with PostHog's own schema, which answers exactly the statements that the source may send, with bound parameters. */
export async function startFakeClickHouseLogs(of: FakeLogsOptions) {
  const server = await serveHttp((asked) => answer(asked, of));
  return { ...server, pages: () => server.asked.filter(({ body }) => body.includes('AS time_units')) };
}

function answer(asked: Asked, of: FakeLogsOptions): Answer {
  const { query, headers } = asked;
  if (headers['x-clickhouse-user'] !== 'reader' || headers['x-clickhouse-key'] !== 'secret') {
    return failed(516, 'reader: Authentication failed');
  }
  if (of.isReadOnly && query.has('max_execution_time')) return failed(164, 'Cannot modify setting in readonly mode');
  if (!of.isReadOnly && query.get('readonly') !== '2') return failed(36, 'this test wants questions that only read');
  const text = asked.body.replace(/\s+/g, ' ');
  if (text === 'SELECT version() AS version FORMAT JSONEachRow') return rows([{ version: '25.8.2.1' }]);
  if (/^SELECT table, name, type FROM system\.columns WHERE database = \{p0:String\} AND/.test(text)) {
    if (query.get('param_p0') !== 'posthog') return rows([]);
    const columns = Object.entries(LOGS34).filter(([name]) => !of.without?.includes(name));
    return rows(of.tables.flatMap((table) => columns.map(([name, type]) => ({ table, name, type }))));
  }
  return page(text, query, of);
}

function page(text: string, query: URLSearchParams, of: FakeLogsOptions): Answer {
  const match = PAGE.exec(text);
  if (match === null) return failed(62, 'Syntax error');
  const groups = match.groups ?? {};
  const parameter = (name: string | undefined) => (name === undefined ? undefined : query.get(`param_${name}`));
  const integer = (name: string | undefined) => BigInt(parameter(name) ?? '0');
  const [, table = '', team, firstBucket, lastBucket] = match;
  if (!of.tables.includes(table)) return failed(60, 'Table does not exist');
  const [from, to] = [integer(groups.from), integer(groups.to)];
  if (of.longestSliceS !== undefined && to - from > BigInt(of.longestSliceS) * 1_000_000n)
    return failed(307, 'too many bytes');
  const days = { first: integer(firstBucket), last: integer(lastBucket) };
  const after = groups.after === undefined ? undefined : integer(groups.after);
  const service = unescaped(parameter(groups.service));
  const found = of.rows
    .filter(() => integer(team) === 7n)
    .filter(({ micros }) => firstBucket === undefined || (dayOf(micros) >= days.first && dayOf(micros) <= days.last))
    .filter((row) => (service === undefined || row.service === service) && row.micros >= from && row.micros < to)
    .filter(({ micros, uuid }) => {
      if (after === undefined) return true;
      return micros > after || (micros === after && uuid > (unescaped(parameter(groups.uuid)) ?? ''));
    })
    .sort((a, b) => (a.micros === b.micros ? (a.uuid < b.uuid ? -1 : 1) : a.micros < b.micros ? -1 : 1))
    .slice(0, Number(integer(groups.limit)));
  return rows(
    found.map(({ body, uuid, severity, service: service_name, trace, micros }) => ({
      ...{ body, uuid, severity_text: severity, service_name, time_units: String(micros) },
      trace_id: Buffer.from(trace, 'hex').toString('base64'),
      ...(text.includes('line_bytes') ? { line_bytes: String(body.length + 100) } : {}),
    })),
  );
}

function dayOf(micros: bigint): bigint {
  const seconds = micros / 1_000_000n;
  return seconds - (seconds % 86_400n);
}

/** A parameter as ClickHouse reads it: a field of tab-separated values. */
function unescaped(field: string | null | undefined): string | undefined {
  const escapes: Record<string, string> = { t: '\t', n: '\n', r: '\r', 0: '\0' };
  return field?.replace(/\\([\s\S])/g, (_, escaped: string) => escapes[escaped] ?? escaped);
}

function rows(of: readonly object[]): Answer {
  return { body: of.map((row) => `${JSON.stringify(row)}\n`).join('') };
}

function failed(code: number, text: string): Answer {
  return {
    status: code === 516 ? 403 : 500,
    headers: { 'x-clickhouse-exception-code': String(code) },
    body: `Code: ${code}. DB::Exception: ${text}`,
  };
}
