import { isProtected, type TrafficGroup } from '../traffic.ts';

/** What becomes of one pattern's lines, on average. */
export interface PatternExpectation {
  readonly pattern: string;
  readonly lines: number;
  readonly bytes: number;
  readonly keptLines: number;
  readonly keptBytes: number;
  /** Mean distance of the count estimated from kept lines from the true one, as a share of it. */
  readonly countError: number;
  /** Chance that not one of its lines is kept. */
  readonly lossChance: number;
}

export interface Expectation {
  readonly lines: number;
  readonly bytes: number;
  readonly keptLines: number;
  readonly keptBytes: number;
  /** Mean of `countError` over patterns with at least 30 lines; 0 when there are none. */
  readonly countError: number;
  /** Most bytes first. */
  readonly patterns: readonly PatternExpectation[];
}

export interface ExpectationRules {
  /** The rate of lines that may be dropped, after the first of their signature. */
  readonly rateOf: (group: TrafficGroup) => number;
  /** Lines of each signature kept whole. */
  readonly firstK: number;
}

/** Counts below this say little of a rate. */
const COUNTED_FROM = 30;
/** Mean absolute value of a normal variable of variance 1. */
const MEAN_ABSOLUTE = Math.sqrt(2 / Math.PI);

/** What a policy keeps of a window like this one, as one process sees it. */
export function expected(groups: readonly TrafficGroup[], rules: ExpectationRules): Expectation {
  const free = freeLines(groups, rules.firstK);
  const byPattern = new Map<string, Sums>();
  for (const [at, group] of groups.entries())
    add(sumsOf(byPattern, group.pattern), group, { free: free[at] ?? 0, rules });
  const patterns = [...byPattern].map(([pattern, sums]) => finished(pattern, sums)).sort((a, b) => b.bytes - a.bytes);
  const counted = patterns.filter(({ lines }) => lines >= COUNTED_FROM);
  return {
    lines: total(patterns, 'lines'),
    bytes: total(patterns, 'bytes'),
    keptLines: total(patterns, 'keptLines'),
    keptBytes: total(patterns, 'keptBytes'),
    countError: counted.length === 0 ? 0 : total(counted, 'countError') / counted.length,
    patterns,
  };
}

/**
 * Lines of each group that a rate decides about: not protected, and not among the first K of their signature. The first K are
 * spread over a signature's severities by their lines.
 */
export function freeLines(groups: readonly TrafficGroup[], firstK: number): number[] {
  const bySignature = new Map<string, number>();
  for (const { signature, severity, lines } of groups) {
    if (!isProtected(severity)) bySignature.set(signature, (bySignature.get(signature) ?? 0) + lines);
  }
  return groups.map(({ signature, severity, lines }) => {
    if (isProtected(severity)) return 0;
    const all = bySignature.get(signature) ?? lines;
    return lines * Math.max(0, 1 - firstK / all);
  });
}

interface Sums {
  lines: number;
  bytes: number;
  keptLines: number;
  keptBytes: number;
  variance: number;
  logLossChance: number;
}

function sumsOf(byPattern: Map<string, Sums>, pattern: string): Sums {
  const known = byPattern.get(pattern);
  if (known !== undefined) return known;
  const made = { lines: 0, bytes: 0, keptLines: 0, keptBytes: 0, variance: 0, logLossChance: 0 };
  byPattern.set(pattern, made);
  return made;
}

function add(sums: Sums, group: TrafficGroup, of: { free: number; rules: ExpectationRules }): void {
  const { lines, bytes } = group;
  const { free } = of;
  const rate = free === 0 ? 1 : of.rules.rateOf(group);
  const kept = lines - free + rate * free;
  sums.lines += lines;
  sums.bytes += bytes;
  sums.keptLines += kept;
  sums.keptBytes += lines === 0 ? 0 : (bytes * kept) / lines;
  // At rate 0 nothing tells how many there were: the error is the whole count.
  if (rate > 0) sums.variance += (free * (1 - rate)) / rate;
  else sums.variance += (free / MEAN_ABSOLUTE) ** 2;
  sums.logLossChance += lines > free ? Number.NEGATIVE_INFINITY : free * Math.log1p(-rate);
}

function finished(pattern: string, sums: Sums): PatternExpectation {
  const { lines, bytes, keptLines, keptBytes } = sums;
  const countError = lines === 0 ? 0 : (MEAN_ABSOLUTE * Math.sqrt(sums.variance)) / lines;
  return { pattern, lines, bytes, keptLines, keptBytes, countError, lossChance: Math.exp(sums.logLossChance) };
}

function total<Key extends string>(items: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return items.reduce((sum, item) => sum + item[key], 0);
}
