import { LEAST_HISTORY, rateBand } from './rate-band.ts';

/** What one pattern did, window by window, oldest first; all patterns of a service have the same windows. */
export interface PatternWindows {
  readonly pattern: string;
  readonly lines: readonly number[];
  /** Lines at ERROR or above among them. */
  readonly errors: readonly number[];
}

export interface Anomaly {
  readonly kind: 'rate_band' | 'new_pattern' | 'error_surge' | 'error_share';
  /** null: the whole service. */
  readonly pattern: string | null;
  /** How much of it there is now, in lines of a window, or as a share for error_share. */
  readonly seen: number;
  /** What is usual, in the same unit: the band's nearer end, or the share before. */
  readonly usual: number;
}

/** The windows that are judged; those before them say what is usual. */
const JUDGED = 3;
const SURPRISING = 2;
const SURGE = 2;
const LEAST_ERRORS = 10;
/** Standard deviations by which a share must have moved. */
const SHARE_Z = 4;

/**
 * What is unusual in the last three windows: rates outside their band in two of them, patterns that were never there, errors
 * that doubled, and errors that became a larger part of their pattern. Nothing before
 * the service wrote in five windows earlier.
 */
export function findAnomalies(patterns: readonly PatternWindows[]): Anomaly[] {
  const windows = patterns[0]?.lines.length ?? 0;
  const active = Array.from({ length: Math.max(0, windows - JUDGED) }, (_, at) =>
    patterns.some(({ lines }) => (lines[at] ?? 0) > 0),
  ).filter(Boolean).length;
  if (active < LEAST_HISTORY) return [];
  return [...errorSurge(patterns), ...patterns.flatMap(ofPattern)];
}

function ofPattern(windows: PatternWindows): Anomaly[] {
  const { pattern } = windows;
  const lines = split(windows.lines);
  if (lines.now.every((count) => count === 0) && lines.before.every((count) => count === 0)) return [];
  if (lines.before.every((count) => count === 0)) {
    return [{ kind: 'new_pattern', pattern, seen: Math.max(...lines.now), usual: 0 }];
  }
  const found: Anomaly[] = [];
  const outside = outsideBand(lines);
  if (outside !== undefined) found.push({ kind: 'rate_band', pattern, ...outside });
  const share = errorShare(lines, split(windows.errors));
  if (share !== undefined) found.push({ kind: 'error_share', pattern, ...share });
  return found;
}

interface Counts {
  readonly before: readonly number[];
  readonly now: readonly number[];
}

function split(counts: readonly number[]): Counts {
  return { before: counts.slice(0, -JUDGED), now: counts.slice(-JUDGED) };
}

/** Two windows must err to the same side. */
function outsideBand({ before, now }: Counts): { seen: number; usual: number } | undefined {
  const band = rateBand(before);
  if (band === undefined) return undefined;
  const above = now.filter((count) => count > band.high);
  if (above.length >= SURPRISING) return { seen: Math.max(...above), usual: band.high };
  const below = now.filter((count) => count < band.low);
  if (below.length >= SURPRISING) return { seen: Math.min(...below), usual: band.low };
  return undefined;
}

/** Errors of the whole service: above their band, and at least twice as many as usual. */
function errorSurge(patterns: readonly PatternWindows[]): Anomaly[] {
  const windows = patterns[0]?.lines.length ?? 0;
  const all = Array.from({ length: windows }, (_, at) =>
    patterns.reduce((sum, { errors }) => sum + (errors[at] ?? 0), 0),
  );
  const errors = split(all);
  const outside = outsideBand(errors);
  const usual = sum(errors.before) / errors.before.length;
  const now = sum(errors.now) / errors.now.length;
  const isSurge = outside !== undefined && outside.seen > outside.usual && now >= SURGE * usual;
  if (!isSurge || sum(errors.now) < LEAST_ERRORS) return [];
  return [{ kind: 'error_surge', pattern: null, ...outside }];
}

/** The share of errors before and now, when it at least doubled and chance does not explain it. */
function errorShare(lines: Counts, errors: Counts): { seen: number; usual: number } | undefined {
  const [linesBefore, linesNow] = [sum(lines.before), sum(lines.now)];
  const [errorsBefore, errorsNow] = [sum(errors.before), sum(errors.now)];
  if (errorsNow < LEAST_ERRORS || linesBefore === 0 || linesNow === 0) return undefined;
  const usual = errorsBefore / linesBefore;
  const seen = errorsNow / linesNow;
  const pooled = (errorsBefore + errorsNow) / (linesBefore + linesNow);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / linesBefore + 1 / linesNow));
  if (deviation === 0 || seen < SURGE * usual || (seen - usual) / deviation < SHARE_Z) return undefined;
  return { seen, usual };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
