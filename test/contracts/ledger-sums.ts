import type { UsageRecord } from '../../server/src/kernel/usage-record.ts';
import type { GroupBy, Ledger, ReportQuery, ReportRow } from '../../server/src/ports/ledger.ts';

/** Every record, page by page. */
export async function allRecords(ledger: Ledger): Promise<UsageRecord[]> {
  const records: UsageRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await ledger.records({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    records.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return records;
}

/** What a report must say, added up record by record in the plainest way. */
export function expectedReport(records: readonly UsageRecord[], query: ReportQuery): ReportRow[] {
  const rows = new Map<string, ReportRow>();
  for (const record of records.filter((candidate) => isAsked(candidate, query))) {
    for (const group of groupsOf(record, query.groupBy)) {
      const key = JSON.stringify(group);
      rows.set(key, add(rows.get(key) ?? emptyRow(group), record));
    }
  }
  return [...rows].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}

function isAsked(record: UsageRecord, query: ReportQuery): boolean {
  return (
    record.timestamp >= query.fromMs &&
    record.timestamp < query.toMs &&
    (query.projectId ?? record.project_id) === record.project_id &&
    (query.userId ?? record.user_id) === record.user_id &&
    (query.keyId ?? record.key_id) === record.key_id &&
    (query.wires ?? [record.wire]).includes(record.wire)
  );
}

/** A call counts once per tag. */
function groupsOf(record: UsageRecord, groupBy: readonly GroupBy[]): string[][] {
  const tags = Object.entries(record.tags).map(([name, value]) => `${name}=${value}`);
  const perTag = groupBy.includes('tag') && tags.length > 0 ? tags : [''];
  return perTag.map((tag) => groupBy.map((by) => (by === 'tag' ? tag : groupValue(record, by))));
}

function groupValue(record: UsageRecord, by: Exclude<GroupBy, 'tag'>): string {
  const hour = record.timestamp - (record.timestamp % 3_600_000);
  const day = record.timestamp - (record.timestamp % 86_400_000);
  const values = {
    agent: record.agent_type ?? '',
    model: record.model ?? '',
    provider: record.provider ?? '',
    user: record.user_id ?? '',
    key: record.key_id,
    hour: String(hour),
    day: String(day),
    cache: record.cache,
  };
  return values[by];
}

function emptyRow(group: string[]): ReportRow {
  const zero = { calls: 0, succeeded: 0, inputTokens: 0, outputTokens: 0, unpriced: 0, estimated: 0 };
  return { group, ...zero, costNano: 0n, savedNano: 0n };
}

function add(row: ReportRow, record: UsageRecord): ReportRow {
  const { tokens } = record;
  const input = tokens.input + tokens.cache_read + tokens.cache_write_5m + tokens.cache_write_1h + tokens.audio_input;
  return {
    group: row.group,
    calls: row.calls + 1,
    succeeded: row.succeeded + Number(record.success),
    inputTokens: row.inputTokens + input,
    outputTokens: row.outputTokens + tokens.output + tokens.reasoning + tokens.audio_output,
    costNano: row.costNano + BigInt(record.cost_nano_usd),
    unpriced: row.unpriced + Number(record.cost_state === 'unpriced'),
    estimated: row.estimated + Number(record.cost_state === 'estimated'),
    savedNano: row.savedNano + BigInt(record.saved_nano_usd),
  };
}
