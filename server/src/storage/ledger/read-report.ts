import { type Expression, type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { DAY_MS, HOUR_MS } from '../../kernel/time.ts';
import type { GroupBy, ReportQuery, ReportRow } from '../../ports/ledger.ts';
import { isPostgres } from '../migrations/dialect-of.ts';
import type { Schema } from '../schema.ts';
import { type Period, reportPeriods } from './report-periods.ts';

/** Sums over a half-open stretch of time, one row per group, groups in ascending order. */
export async function readReport(db: Kysely<Schema>, query: ReportQuery): Promise<ReportRow[]> {
  const periods = reportPeriods(query.fromMs, query.toMs, query.groupBy);
  const parts = await Promise.all(periods.map((period) => readPeriod(db, period, query)));
  return merge(parts.flat());
}

async function readPeriod(db: Kysely<Schema>, period: Period, query: ReportQuery): Promise<ReportRow[]> {
  const groups = query.groupBy.map((by) => groupExpression(by, { time: timeColumn(period), db }));
  const selected = filter(source(db, period, query), period, query)
    .select(groups.map((group, index) => group.as(`group_${index}`)))
    .select(sums(period));
  const rows = await (groups.length === 0 ? selected : selected.groupBy(groups)).execute();
  const read = rows.map((row) => reportRow(row as Record<string, unknown>, query.groupBy.length));
  // Without a group the database gives one row of nulls for no calls at all.
  return read.filter(({ calls }) => calls > 0);
}

type Source = SelectQueryBuilder<Schema, 'usage_records' | 'usage_hourly' | 'usage_daily', unknown>;

function source(db: Kysely<Schema>, { table }: Period, { groupBy }: ReportQuery): Source {
  // The three tables have the columns that are used here in common.
  const from = db.selectFrom(table) as unknown as Source;
  if (!groupBy.includes('tag')) return from;
  return from.leftJoin('usage_tags', 'usage_tags.request_id', 'usage_records.request_id') as unknown as Source;
}

function filter(from: Source, period: Period, query: ReportQuery): Source {
  const time = timeColumn(period);
  let rows = from.where(time, '>=', period.fromMs).where(time, '<', period.toMs);
  if (query.projectId !== undefined) rows = rows.where('project_id', '=', query.projectId);
  if (query.userId !== undefined) rows = rows.where('user_id', '=', query.userId);
  if (query.keyId !== undefined) rows = rows.where('key_id', '=', query.keyId);
  // An empty list of wires asks for none of them, which `in ()` would not say on every database.
  if (query.wires?.length === 0) return rows.where(sql<boolean>`1 = 0`);
  return query.wires === undefined ? rows : rows.where('wire', 'in', [...query.wires]);
}

function timeColumn({ table }: Period): RawBuilder<number> {
  return table === 'usage_records' ? sql.ref('timestamp') : sql.ref('start');
}

function groupExpression(
  by: GroupBy,
  { time, db }: { time: Expression<number>; db: Kysely<Schema> },
): RawBuilder<unknown> {
  switch (by) {
    case 'hour':
      return sql`${time} - ${time} % ${sql.lit(HOUR_MS)}`;
    case 'day':
      return sql`${time} - ${time} % ${sql.lit(DAY_MS)}`;
    case 'tag':
      return sql`coalesce(usage_tags.tag, '')`;
    case 'cache':
      return isPostgres(db) ? sql`(record::json ->> 'cache')` : sql`json_extract(record, '$.cache')`;
    case 'agent':
      return sql.ref('agent_type');
    case 'model':
      return sql.ref('model');
    case 'provider':
      return sql.ref('provider');
    case 'user':
      return sql.ref('user_id');
    case 'key':
      return sql.ref('key_id');
  }
}

function sums({ table }: Period) {
  const calls = table === 'usage_records' ? sql`count(*)` : sql`sum(calls)`;
  return [
    calls.as('calls'),
    sql`sum(succeeded)`.as('succeeded'),
    sql`sum(input_tokens)`.as('input_tokens'),
    sql`sum(output_tokens)`.as('output_tokens'),
    sql`sum(cost_nano)`.as('cost_nano'),
    sql`sum(unpriced)`.as('unpriced'),
    sql`sum(estimated)`.as('estimated'),
    sql`sum(saved_nano)`.as('saved_nano'),
  ];
}

function reportRow(row: Record<string, unknown>, groups: number): ReportRow {
  return {
    group: Array.from({ length: groups }, (_, index) => String(row[`group_${index}`])),
    calls: Number(row.calls),
    succeeded: Number(row.succeeded),
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
    costNano: BigInt((row.cost_nano ?? 0) as string | number | bigint),
    unpriced: Number(row.unpriced),
    estimated: Number(row.estimated),
    savedNano: BigInt((row.saved_nano ?? 0) as string | number | bigint),
  };
}

/** Adds up the rows of the same group from different periods. */
function merge(rows: readonly ReportRow[]): ReportRow[] {
  const merged = new Map<string, ReportRow>();
  for (const row of rows) {
    const key = JSON.stringify(row.group);
    const known = merged.get(key);
    merged.set(key, known ? add(known, row) : row);
  }
  return [...merged.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}

function add(left: ReportRow, right: ReportRow): ReportRow {
  return {
    group: left.group,
    calls: left.calls + right.calls,
    succeeded: left.succeeded + right.succeeded,
    inputTokens: left.inputTokens + right.inputTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    costNano: left.costNano + right.costNano,
    unpriced: left.unpriced + right.unpriced,
    estimated: left.estimated + right.estimated,
    savedNano: left.savedNano + right.savedNano,
  };
}
