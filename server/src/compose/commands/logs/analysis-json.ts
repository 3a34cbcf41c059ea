import { formatSignature } from '@weir/sampler/signature';
import type { DescribedAnomaly } from '../../../features/log-sampling/anomalies/describe-anomaly.ts';
import type { MinedPattern } from '../../../features/log-sampling/miner/pattern.ts';
import { summarize } from '../../../features/log-sampling/miner/summarize.ts';

/** An analysis as programs read it. */
export function analysisJson(patterns: readonly MinedPattern[], anomalies: readonly DescribedAnomaly[]): object {
  const analysis = { ...summarize(patterns), anomalies: anomalies.length };
  return {
    analysis_summary: analysis,
    anomalies: anomalies.map(({ kind, pattern, severity, message, seen, usual }) => ({
      ...{ type: kind, pattern_id: pattern, severity, message, seen, usual },
    })),
    patterns: patterns.map((pattern) => ({
      id: pattern.id,
      template: pattern.template,
      count: pattern.lines,
      share: analysis.total_logs === 0 ? 0 : pattern.lines / analysis.total_logs,
      bytes: pattern.bytes,
      severities: pattern.severities,
      cluster: pattern.cluster,
      first_seen: instant(pattern.firstSeen),
      last_seen: instant(pattern.lastSeen),
      examples: pattern.examples,
      signatures: pattern.signatures.map(formatSignature),
    })),
  };
}

function instant(time: number | undefined): string | null {
  return time === undefined || Number.isNaN(new Date(time).getTime()) ? null : new Date(time).toISOString();
}
