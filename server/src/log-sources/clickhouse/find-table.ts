import { badReply } from '../servers/ask-server.ts';
import type { ClickHouseHttp } from './clickhouse-http.ts';
import { sql, text } from './statement.ts';

/** A table with PostHog's logs, as far as it has what is read. */
export interface LogTable {
  readonly database: string;
  readonly table: string;
  /** Type by name of column. */
  readonly columns: ReadonlyMap<string, string>;
}

const NEEDED = ['team_id', 'timestamp', 'uuid', 'body', 'service_name', 'severity_text'];
/** The tables that PostHog reads from, and the numbered ones behind them; tables of Kafka and for writing are others. */
const KNOWN = /^(logs_distributed|logs|logs(\d+))$/;

/**
 * The newest table of PostHog's logs in a database; its number changes with PostHog's versions, so it is looked for. Throws
 * `upstream.bad_reply` when there is none.
 */
export async function findTable(
  http: ClickHouseHttp,
  of: { source: string; database: string; table: string | undefined; signal: AbortSignal },
): Promise<LogTable> {
  const { database, signal } = of;
  const rows = await http.rows(
    sql`SELECT table, name, type FROM system.columns WHERE database = ${text(database)}
      AND (table = ${text(of.table ?? '')} OR table LIKE 'logs%')`,
    signal,
  );
  const tables = new Map<string, Map<string, string>>();
  for (const { table, name, type } of rows) {
    const columns = tables.get(String(table)) ?? new Map<string, string>();
    tables.set(String(table), columns.set(String(name), String(type)));
  }
  const usable = [...tables].filter(([, columns]) => NEEDED.every((column) => columns.has(column)));
  const named = of.table === undefined ? usable.filter(([table]) => KNOWN.test(table)) : usable;
  const chosen =
    of.table === undefined
      ? named.sort(([a], [b]) => rankOf(b) - rankOf(a)).at(0)
      : named.find(([table]) => table === of.table);
  if (chosen !== undefined) return { database, table: chosen[0], columns: chosen[1] };
  const which =
    of.table === undefined ? 'no table of PostHog logs' : `no table ${of.table} with the columns of PostHog logs`;
  throw badReply(
    of.source,
    `has ${which} in the database ${database}; see logs.sources.${of.source}.database and .table`,
  );
}

/** The distributed table first, then the name without a number, then the highest number. */
function rankOf(table: string): number {
  if (table === 'logs_distributed') return Number.POSITIVE_INFINITY;
  if (table === 'logs') return Number.MAX_SAFE_INTEGER;
  return Number(KNOWN.exec(table)?.[2] ?? 0);
}
