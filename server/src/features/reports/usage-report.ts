import { usdFromNano } from '../../kernel/money.ts';
import type { GroupBy, Ledger, ReportQuery, ReportRow } from '../../ports/ledger.ts';
import { groupValue, UNKNOWN } from './group-value.ts';

export interface TokenSums {
  readonly input: number;
  readonly output: number;
  readonly total: number;
}

/** One line of the breakdown: the groups asked for by name, then the sums of their calls. */
export interface ReportGroup {
  readonly [group: string]: string | null | number | TokenSums;
  /** USD */
  readonly total_cost: number;
  readonly token_usage: TokenSums;
  readonly request_count: number;
  readonly success_rate: number;
  readonly unpriced_count: number;
  readonly estimated_count: number;
  readonly saved_usd: number;
}

export interface UsageReport {
  /** Half-open, ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** USD */
  readonly total_cost: number;
  /** USD by agent type; calls without one are `unknown`. */
  readonly cost_by_agent: Readonly<Record<string, number>>;
  readonly cost_by_model: Readonly<Record<string, number>>;
  readonly token_usage: TokenSums;
  readonly request_count: number;
  /** Succeeded calls by all calls, 0..1; 0 without calls. */
  readonly success_rate: number;
  /** Calls whose model has no known price: they count 0 in the costs. */
  readonly unpriced_count: number;
  /** Calls whose tokens Weir counted because the provider did not. */
  readonly estimated_count: number;
  /** What calls that the cache answered would have cost, in USD. */
  readonly saved_usd: number;
  /** One entry per combination of `group_by`; empty without it. */
  readonly groups: readonly ReportGroup[];
}

type Sums = Omit<ReportRow, 'group'>;

const NOTHING: Sums = {
  calls: 0,
  succeeded: 0,
  inputTokens: 0,
  outputTokens: 0,
  costNano: 0n,
  unpriced: 0,
  estimated: 0,
  savedNano: 0n,
};

export async function usageReport(ledger: Ledger, query: ReportQuery): Promise<UsageReport> {
  const [rows, groups] = await Promise.all([
    ledger.report({ ...query, groupBy: ['agent', 'model'] }),
    query.groupBy.length === 0 ? [] : ledger.report(query),
  ]);
  return {
    from: new Date(query.fromMs).toISOString(),
    to: new Date(query.toMs).toISOString(),
    cost_by_agent: costBy(rows, 0),
    cost_by_model: costBy(rows, 1),
    ...shown(rows.reduce<Sums>(add, NOTHING)),
    groups: groups.map((row) => ({ ...named(row.group, query.groupBy), ...shown(row) })),
  };
}

function shown(sums: Sums) {
  return {
    total_cost: usdFromNano(sums.costNano),
    token_usage: {
      input: sums.inputTokens,
      output: sums.outputTokens,
      total: sums.inputTokens + sums.outputTokens,
    },
    request_count: sums.calls,
    success_rate: sums.calls === 0 ? 0 : sums.succeeded / sums.calls,
    unpriced_count: sums.unpriced,
    estimated_count: sums.estimated,
    saved_usd: usdFromNano(sums.savedNano),
  };
}

/** Adds in whole nano-USD and turns into USD once. */
function costBy(rows: readonly ReportRow[], position: number): Record<string, number> {
  const nano = new Map<string, bigint>();
  for (const row of rows) {
    const name = row.group[position] || UNKNOWN;
    nano.set(name, (nano.get(name) ?? 0n) + row.costNano);
  }
  return Object.fromEntries([...nano].map(([name, cost]) => [name, usdFromNano(cost)]));
}

function named(group: readonly string[], groupBy: readonly GroupBy[]): Record<string, string | null> {
  return Object.fromEntries(groupBy.map((by, index) => [by, groupValue(by, group[index] ?? '')]));
}

function add(left: Sums, right: Sums): Sums {
  return {
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
