import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GroupBy, Ledger, Page, RecordQuery, ReportQuery } from '../../ports/ledger.ts';
import type { Stretch } from './export-row.ts';
import { type FindingsQuery, type FindingsReport, findingsReport } from './findings-report.ts';
import { parseExport } from './parse-export.ts';
import { type Reconciliation, reconcile } from './reconcile.ts';
import { type CostView, costView, type TelemetryView, telemetryView } from './record-views.ts';
import { reportCsv } from './report-csv.ts';
import { type UsageToday, usageOfUserToday } from './usage-of-user.ts';
import { type UsageReport, usageReport } from './usage-report.ts';

/** Everything that is read out of the ledger for people and for the seed APIs. */
export interface Reports {
  usage(query: ReportQuery): Promise<UsageReport>;
  csv(report: UsageReport, groupBy: readonly GroupBy[]): string;
  records(query: RecordQuery): Promise<Page<UsageRecord>>;
  telemetry(query: RecordQuery): Promise<Page<TelemetryView>>;
  costs(query: RecordQuery): Promise<Page<CostView>>;
  findings(query: FindingsQuery): Promise<FindingsReport>;
  /** `provider` names whose export it is where the rows do not. */
  reconcile(
    text: string,
    of: { projectId: string | undefined; provider: string | undefined; period: Stretch },
  ): Promise<Reconciliation>;
  /** Since 00:00 UTC, through the client APIs named by their wire. */
  usageOfUserToday(user: { projectId: string; userId: string; wires: readonly string[] }): Promise<UsageToday>;
}

export function createReports(ledger: Ledger, clock: Clock): Reports {
  const view = async <T>(query: RecordQuery, show: (record: UsageRecord) => T): Promise<Page<T>> => {
    const page = await ledger.records(query);
    return { data: page.data.map(show), nextCursor: page.nextCursor };
  };
  return {
    usage: (query) => usageReport(ledger, query),
    csv: reportCsv,
    records: (query) => ledger.records(query),
    telemetry: (query) => view(query, telemetryView),
    costs: (query) => view(query, costView),
    findings: (query) => findingsReport(ledger, query),
    reconcile: (text, of) => reconcile(ledger, parseExport(text, of.provider), of),
    usageOfUserToday: (user) => usageOfUserToday(ledger, user, clock.now()),
  };
}
