import type { AnalysisSummary } from '@weir/contract';
import type { MinedPattern } from './pattern.ts';

/** What patterns add up to; anomalies need windows of time and are counted elsewhere. */
export function summarize(patterns: readonly MinedPattern[]): Omit<AnalysisSummary, 'anomalies'> {
  const severities: Record<string, number> = {};
  let lines = 0;
  for (const pattern of patterns) {
    lines += pattern.lines;
    for (const [name, count] of Object.entries(pattern.severities)) severities[name] = (severities[name] ?? 0) + count;
  }
  const errors = (severities.ERROR ?? 0) + (severities.CRITICAL ?? 0);
  return {
    total_logs: lines,
    unique_patterns: patterns.length,
    clusters: new Set(patterns.map(({ cluster }) => cluster)).size,
    error_rate: lines === 0 ? 0 : errors / lines,
    severity_distribution: severities,
  };
}
