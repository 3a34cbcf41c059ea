import type { AnalysisSummary } from '@weir/contract';
import type { LogLine } from '../../ports/log-source.ts';
import { type DescribedAnomaly, describeAnomaly } from './anomalies/describe-anomaly.ts';
import { findAnomalies } from './anomalies/find-anomalies.ts';
import type { LineReader, LogMiner } from './miner.ts';
import type { LogPattern } from './pattern.ts';
import { LineTally } from './tally.ts';
import { isProtected, type TrafficGroup } from './traffic.ts';

/** What is known of a service's lines in a period. */
export interface LogAnalysis {
  readonly from: number;
  readonly to: number;
  readonly patterns: readonly LogPattern[];
  readonly groups: readonly TrafficGroup[];
  readonly anomalies: readonly DescribedAnomaly[];
  readonly lines: number;
  readonly bytes: number;
  readonly summary: AnalysisSummary;
}

const WINDOWS = 20;

/** Reads a period's lines once: patterns, counts, and what is unusual at its end. Rejects when the source fails. */
export async function analyzeLines(of: {
  lines: AsyncIterable<readonly LogLine[]>;
  from: number;
  to: number;
  miner: LogMiner;
  reader: LineReader;
}): Promise<LogAnalysis> {
  const { from, to } = of;
  const tally = new LineTally(of.reader, { from, to, windows: WINDOWS });
  const patterns = await of.miner.mine(tally.passing(of.lines));
  const groups = tally.groups(patterns);
  const anomalies = findAnomalies(tally.windows(patterns)).map(describeAnomaly);
  const bytes = groups.reduce((sum, group) => sum + group.bytes, 0);
  const summary = summaryOf(patterns, groups, anomalies.length);
  return { from, to, patterns, groups, anomalies, lines: summary.total_logs, bytes, summary };
}

/** The figures of a window. */
export function summaryOf(
  patterns: readonly LogPattern[],
  groups: readonly TrafficGroup[],
  anomalies: number,
): AnalysisSummary {
  const bySeverity: Record<string, number> = {};
  let lines = 0;
  let errors = 0;
  for (const group of groups) {
    lines += group.lines;
    if (isProtected(group.severity) && group.severity !== 'UNKNOWN') errors += group.lines;
    const severity = group.severity ?? 'UNKNOWN';
    bySeverity[severity] = (bySeverity[severity] ?? 0) + group.lines;
  }
  return {
    total_logs: lines,
    unique_patterns: new Set(groups.map(({ pattern }) => pattern)).size,
    clusters: new Set(patterns.map(({ cluster }) => cluster)).size,
    anomalies,
    error_rate: lines === 0 ? 0 : Math.round((errors / lines) * 1e6) / 1e6,
    severity_distribution: bySeverity,
  };
}
