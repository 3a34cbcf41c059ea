import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import type { LogLine, LogSource, LogWindow } from '../../ports/log-source.ts';
import type { ReadLine } from '../read-line.ts';
import { badReply } from '../servers/ask-server.ts';
import { traceIdOf } from '../trace-id.ts';
import { type ClickHouseHttp, TooMuchToRead } from './clickhouse-http.ts';
import { findTable, type LogTable } from './find-table.ts';
import { type Hole, integer, NOTHING, name, type Statement, sql, text } from './statement.ts';
import { millisecondsAt, type TimeColumn, timeColumnOf, unitsAt } from './time-column.ts';

export interface ClickHouseSourceOptions {
  readonly name: string;
  readonly database: string;
  /** Undefined: the newest table of PostHog's logs. */
  readonly table: string | undefined;
  /** PostHog's team; undefined: requests name it. */
  readonly teamId: number | undefined;
  /** Rows of one answer. */
  readonly pageLines: number;
}

/** Where the next page begins: after this row. */
interface Cursor {
  readonly units: bigint;
  readonly uuid: string;
}

interface Page {
  readonly window: { readonly from: number; readonly to: number };
  readonly after: Cursor | undefined;
}

const FIRST_SLICE_MS = 15 * MINUTE_MS;

/**
 * PostHog's logs straight from ClickHouse. Time is read in slices, which grow where little happened and shrink where the server
 * has too much to read; pages follow (timestamp, uuid), so no line is read twice and none is left out.
 */
export function clickHouseSource(
  options: ClickHouseSourceOptions,
  parts: { http: ClickHouseHttp; readLine: ReadLine },
): LogSource {
  const { http, readLine } = parts;
  return {
    name: options.name,
    async *read(window, signal) {
      const teamId = teamOf(options, window);
      const { database, table: named } = options;
      const table = await findTable(http, { source: options.name, database, table: named, signal });
      const time = timeColumnOf(table.columns.get('timestamp'));
      if (time === undefined) throw badReply(options.name, `has times in ${table.table} that are not DateTime64(0..6)`);
      const ask = ({ window: slice, after }: Page) =>
        http.rows(
          pageOf({ table, time, teamId, service: window.service, slice, after, limit: options.pageLines }),
          signal,
        );
      let sliceMs = FIRST_SLICE_MS;
      let { from } = window;
      let after: Cursor | undefined;
      while (from < window.to) {
        const to = Math.min(from + sliceMs, window.to);
        const rows = await orTooMuch(ask({ window: { from, to }, after }), sliceMs);
        if (rows === undefined) {
          sliceMs /= 4;
          continue;
        }
        if (rows.length > 0) yield rows.map((row) => lineOf(row, time, readLine));
        if (rows.length >= options.pageLines) {
          after = cursorOf(rows.at(-1) ?? {});
          from = Math.floor(millisecondsAt(after.units, time));
        } else {
          from = to;
          after = undefined;
          if (rows.length < options.pageLines / 2) sliceMs = Math.min(sliceMs * 2, DAY_MS);
        }
      }
    },
  };
}

/** A source of one team never answers for another. */
function teamOf({ teamId, name }: ClickHouseSourceOptions, { teamId: asked }: LogWindow): number {
  if (teamId !== undefined && asked !== undefined && asked !== teamId) {
    throw invalidRequest('team_id', `the log source "${name}" has the logs of another team.`);
  }
  const team = teamId ?? asked;
  if (team === undefined) throw invalidRequest('team_id', `name PostHog's team, or set logs.sources.${name}.team_id.`);
  return team;
}

/** Undefined when it was too much and a smaller slice is worth a try. */
async function orTooMuch(asked: Promise<JsonObject[]>, sliceMs: number): Promise<JsonObject[] | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof TooMuchToRead)) throw error;
    if (sliceMs > SECOND_MS) return undefined;
    throw new WeirError('upstream.unavailable', {
      message: 'ClickHouse may not read even a second of these logs at once.',
    });
  }
}

function pageOf(of: {
  table: LogTable;
  time: TimeColumn;
  teamId: number;
  service: string | undefined;
  slice: Page['window'];
  after: Cursor | undefined;
  limit: number;
}): Statement {
  const { table, time, service, slice, after } = of;
  const has = (column: string) => table.columns.has(column);
  const timestamp = name('timestamp');
  return sql`SELECT body, uuid, severity_text, service_name${has('trace_id') ? sql`, trace_id` : NOTHING}${
    has('_bytes_uncompressed') ? sql`, toString(_bytes_uncompressed) AS line_bytes` : NOTHING
  }, ${time.units(timestamp)} AS time_units
    FROM ${name(table.database)}.${name(table.table)}
    WHERE team_id = ${integer(of.teamId)}${has('time_bucket') ? bucketsOf(slice) : NOTHING}${
      service === undefined ? NOTHING : sql` AND service_name = ${text(service)}`
    }
    AND timestamp >= ${time.at(unitsAt(slice.from, time))} AND timestamp < ${time.at(unitsAt(slice.to, time))}${
      after === undefined ? NOTHING : followingOf(after, { time, timestamp })
    }
    ORDER BY timestamp, uuid LIMIT ${integer(of.limit)}`;
}

/** Buckets are days of the server's time zone, so a day more is read before. */
function bucketsOf({ from, to }: Page['window']): Statement {
  const [first, last] = [Math.floor((from - DAY_MS) / 1000), Math.ceil(to / 1000)];
  return sql` AND time_bucket >= toDateTime(${integer(first)}) AND time_bucket <= toDateTime(${integer(last)})`;
}

function followingOf({ units, uuid }: Cursor, { time, timestamp }: { time: TimeColumn; timestamp: Hole }): Statement {
  const at = time.at(units);
  return sql` AND (${timestamp} > ${at} OR (${timestamp} = ${at} AND uuid > ${text(uuid)}))`;
}

function cursorOf(row: JsonObject): Cursor {
  return { units: BigInt(String(row.time_units)), uuid: String(row.uuid) };
}

function lineOf(row: JsonObject, time: TimeColumn, readLine: ReadLine): LogLine {
  const body = String(row.body ?? '');
  const billed = Number(row.line_bytes);
  const line = readLine(body, billed > 0 ? billed : Buffer.byteLength(body));
  return {
    ...line,
    service: String(row.service_name ?? ''),
    time: millisecondsAt(BigInt(String(row.time_units)), time),
    severity: row.severity_text === '' ? line.severity : String(row.severity_text),
    traceId: traceIdOf(row.trace_id) ?? line.traceId,
  };
}
