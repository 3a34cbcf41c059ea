import { type Finding, isOfText } from '../../kernel/finding.ts';
import { DAY_MS, HOUR_MS } from '../../kernel/time.ts';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { Ledger } from '../../ports/ledger.ts';

/** One kind of finding within one hour or day. */
export interface FindingGroup {
  /** Of the hour or day, epoch milliseconds. */
  readonly startMs: number;
  readonly guardrail: string;
  readonly type: string;
  readonly origin: Finding['origin'];
  readonly action: Finding['action'];
  readonly calls: number;
  readonly findings: number;
}

export interface FindingsReport {
  /** Half-open; later than asked for when only the newest calls were looked at. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly isComplete: boolean;
  /** All calls of the period. */
  readonly calls: number;
  readonly callsFound: number;
  readonly callsBlocked: number;
  /** Those that nobody looked through, because there was no time. */
  readonly callsUnscanned: number;
  /** Oldest first. */
  readonly groups: readonly FindingGroup[];
}

export interface FindingsQuery {
  readonly projectId?: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: 'hour' | 'day';
}

/** Calls with findings are looked at newest first, up to so many. */
const MOST_CALLS = 10_000;
const PAGE = 1000;

/** What guardrails found, by time, guardrail, type, origin and what was done about it. */
export async function findingsReport(
  ledger: Pick<Ledger, 'records' | 'report'>,
  { by, ...query }: FindingsQuery,
): Promise<FindingsReport> {
  const { found, isComplete } = await newestFound(ledger, query);
  const fromMs = isComplete ? query.fromMs : (found.at(-1)?.timestamp ?? query.fromMs);
  const [all] = await ledger.report({ ...query, fromMs, groupBy: [] });
  const having = (is: (finding: Finding) => boolean) => found.filter(({ findings }) => findings.some(is)).length;
  return {
    ...{ fromMs, toMs: query.toMs, isComplete },
    calls: all?.calls ?? 0,
    callsFound: having(isOfText),
    callsBlocked: having((finding) => isOfText(finding) && finding.action === 'block'),
    callsUnscanned: having((finding) => !isOfText(finding)),
    groups: groupsOf(found, by === 'hour' ? HOUR_MS : DAY_MS),
  };
}

async function newestFound(ledger: Pick<Ledger, 'records'>, query: Omit<FindingsQuery, 'by'>) {
  const found: UsageRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await ledger.records({
      ...query,
      found: true,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < MOST_CALLS);
  return { found, isComplete: cursor === undefined };
}

function groupsOf(records: readonly UsageRecord[], unitMs: number): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const { timestamp, findings } of records) {
    const startMs = timestamp - (timestamp % unitMs);
    const inThisCall = new Set<string>();
    for (const { guardrail, type, origin, action } of findings.filter(isOfText)) {
      const key = JSON.stringify([startMs, guardrail, type, origin, action]);
      const known = groups.get(key);
      const calls = (known?.calls ?? 0) + (inThisCall.has(key) ? 0 : 1);
      inThisCall.add(key);
      groups.set(key, { startMs, guardrail, type, origin, action, calls, findings: (known?.findings ?? 0) + 1 });
    }
  }
  return [...groups.values()].sort((left, right) => left.startMs - right.startMs || right.calls - left.calls);
}
