import { type LogAnalysis, summaryOf } from '../../../features/log-sampling/analyze-lines.ts';
import { describeAnomaly } from '../../../features/log-sampling/anomalies/describe-anomaly.ts';
import { findAnomalies } from '../../../features/log-sampling/anomalies/find-anomalies.ts';
import { toLogPattern } from '../../../features/log-sampling/mine-lines.ts';
import { lineReader } from '../../../features/log-sampling/read-line.ts';
import { LineTally } from '../../../features/log-sampling/tally.ts';
import { DAY_MS } from '../../../kernel/time.ts';
import { type MinedFile, mineLog } from './mine-log.ts';

export interface AnalyzedFile {
  readonly mined: MinedFile;
  /** From the first to the last line that say when they are, a day when none does; bytes with the ends of lines. */
  readonly analysis: LogAnalysis;
}

/** Windows that the time of a file is divided into: between half as many and so many. */
const MOST_WINDOWS = 40;

/** Reads a log once: patterns, counts, and what is unusual at its end where lines say when they are. */
export async function analyzeFile(
  file: string,
  context: Parameters<typeof mineLog>[1],
  each: (shape: number) => void = () => {},
): Promise<AnalyzedFile> {
  const tally = new LineTally(lineReader(), { mostWindows: MOST_WINDOWS });
  const mined = await mineLog(file, context, (shape, { line, signature }) => {
    each(shape);
    // The line's end is kept or dropped with it.
    tally.add({ ...line, bytes: line.bytes + 1 }, signature);
  });
  const patterns = mined.patterns.map(toLogPattern);
  const groups = tally.groups(patterns);
  const anomalies = findAnomalies(tally.windows(patterns)).map(describeAnomaly);
  const summary = summaryOf(patterns, groups, anomalies.length);
  const bytes = groups.reduce((sum, group) => sum + group.bytes, 0);
  const analysis = { ...periodOf(patterns), patterns, groups, anomalies, lines: summary.total_logs, bytes, summary };
  return { mined, analysis };
}

function periodOf(patterns: LogAnalysis['patterns']): { from: number; to: number } {
  const seen = patterns.flatMap(({ first_seen, last_seen }) =>
    [first_seen, last_seen].filter((at) => at !== undefined),
  );
  if (seen.length === 0) return { from: 0, to: DAY_MS };
  const from = seen.reduce((one, other) => Math.min(one, other));
  const to = seen.reduce((one, other) => Math.max(one, other));
  return { from, to: Math.max(to, from + 1) };
}
