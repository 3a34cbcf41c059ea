import type { LogSeverity } from '@weir/contract';

/** What lines get when nobody asked for a target; ERROR and above are always kept. */
export const DEFAULT_SEVERITY_RATES = {
  DEBUG: 0.05,
  INFO: 0.2,
  WARNING: 0.5,
  ERROR: 1,
  CRITICAL: 1,
} as const satisfies Record<LogSeverity, number>;
/** For lines that say no severity. */
export const DEFAULT_GLOBAL_RATE = 0.3;
export const DEFAULT_ANOMALY_BOOST = 3;
export const DEFAULT_FIRST_K = 10;

/** Bounds of the rates of patterns that repeat themselves. */
export const LOWEST_RATE = 0.01;
const HIGHEST_REPETITIVE_RATE = 0.2;
/** A pattern repeats itself from so many lines of a window, and from this share of all. */
const REPETITIVE_LINES = 100;
const REPETITIVE_SHARE = 0.01;

/**
 * The rate of a pattern that repeats itself: twice the root of its lines is kept, within 0.01..0.2 and never above what its
 * severity gets. undefined: it does not, or it warns.
 */
export function repetitiveRate(of: {
  lines: number;
  allLines: number;
  severity: LogSeverity | undefined;
}): number | undefined {
  const { lines, allLines, severity } = of;
  if (lines < Math.max(REPETITIVE_LINES, REPETITIVE_SHARE * allLines)) return undefined;
  if (severity !== undefined && severity !== 'DEBUG' && severity !== 'INFO') return undefined;
  const rate = Math.min(HIGHEST_REPETITIVE_RATE, 2 / Math.sqrt(lines));
  return Math.max(LOWEST_RATE, Math.min(rate, severity === undefined ? 1 : DEFAULT_SEVERITY_RATES[severity]));
}
