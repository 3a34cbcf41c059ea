import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogPattern } from '../../server/src/features/log-sampling/pattern.ts';
import { freeLines } from '../../server/src/features/log-sampling/solver/expected.ts';
import { rateOf, solveRates } from '../../server/src/features/log-sampling/solver/solve-rates.ts';
import type { TrafficGroup } from '../../server/src/features/log-sampling/traffic.ts';
import { parseCsv } from '../../server/src/features/reports/parse-csv.ts';
import { percent, printTable } from './table.ts';

/** One line of a labelled log: which pattern it is of, and whether people called it anomalous. */
interface LabelledLine {
  readonly pattern: string;
  readonly bytes: number;
  readonly isAnomalous: boolean;
}

const ROUNDS = 200;

/**
 * The log of a supercomputer with its severities hidden, cut to a half and to a fifth: how many of the anomalous lines and
 * patterns stay. Gives what was missed, in words.
 */
export function evaluateSampling(directory: string): string[] {
  const lines = readLabelled(join(directory, 'BGL'));
  const half = cut(lines, 0.5);
  const fifth = cut(lines, 0.2);
  console.log(
    `BGL, severities hidden, ${lines.length} lines, mean of ${ROUNDS} rounds (uniform: the same bytes, one rate)`,
  );
  const heads = [
    'keep',
    'bytes kept',
    'anomalous lines',
    'uniform',
    'anomalous patterns',
    'uniform',
    'patterns',
    'uniform',
  ];
  const rows = [half, fifth].map(({ keep, ours, uniform }) => {
    const shares = [
      ...[keep, ours.bytes, ours.anomalousLines, uniform.anomalousLines],
      ...[ours.anomalousPatterns, uniform.anomalousPatterns, ours.patterns, uniform.patterns],
    ];
    return shares.map((share) => percent(share, 1));
  });
  printTable([heads, ...rows]);
  const missed: string[] = [];
  if (half.ours.anomalousLines < 0.95) missed.push('a cut to a half keeps less than 95% of the anomalous lines');
  if (half.ours.anomalousPatterns < 1) missed.push('a cut to a half loses an anomalous pattern');
  if (fifth.ours.anomalousPatterns < 1) missed.push('a cut to a fifth loses an anomalous pattern');
  if (fifth.ours.patterns < 0.99) missed.push('a cut to a fifth loses more than 1% of the patterns');
  if (fifth.ours.bytes > 0.21) missed.push('a cut to a fifth keeps more than 5% above the target');
  return missed;
}

interface Kept {
  bytes: number;
  anomalousLines: number;
  anomalousPatterns: number;
  patterns: number;
}

function cut(lines: readonly LabelledLine[], keep: number): { keep: number; ours: Kept; uniform: Kept } {
  const { patterns, groups } = windowOf(lines);
  const allBytes = lines.reduce((sum, { bytes }) => sum + bytes, 0);
  const { rates } = solveRates({ patterns, groups, targetBytes: keep * allBytes, weights: new Map(), locks: {} });
  const free = freeLines(groups, rates.firstK);
  const first = new Map(groups.map((group, at) => [group.pattern, Math.round(group.lines - (free[at] ?? 0))]));
  const rateOfPattern = new Map(groups.map((group) => [group.pattern, rateOf(rates, {}, group)]));
  return {
    keep,
    ours: mean(lines, (pattern, nth) => (nth < (first.get(pattern) ?? 0) ? 1 : (rateOfPattern.get(pattern) ?? 1))),
    uniform: mean(lines, () => keep),
  };
}

/** The shares that stay, on average over rounds of chance. */
function mean(lines: readonly LabelledLine[], rateFor: (pattern: string, nth: number) => number): Kept {
  const sums: Kept = { bytes: 0, anomalousLines: 0, anomalousPatterns: 0, patterns: 0 };
  const anomalous = lines.filter(({ isAnomalous }) => isAnomalous);
  const whole = {
    bytes: lines.reduce((sum, { bytes }) => sum + bytes, 0),
    anomalousLines: anomalous.length,
    anomalousPatterns: new Set(anomalous.map(({ pattern }) => pattern)).size,
    patterns: new Set(lines.map(({ pattern }) => pattern)).size,
  };
  for (let round = 0; round < ROUNDS; round++) {
    const seen = new Map<string, number>();
    const kept = lines.filter(({ pattern }) => {
      const nth = seen.get(pattern) ?? 0;
      seen.set(pattern, nth + 1);
      return Math.random() < rateFor(pattern, nth);
    });
    const keptAnomalous = kept.filter(({ isAnomalous }) => isAnomalous);
    sums.bytes += kept.reduce((sum, { bytes }) => sum + bytes, 0) / whole.bytes / ROUNDS;
    sums.anomalousLines += keptAnomalous.length / whole.anomalousLines / ROUNDS;
    sums.anomalousPatterns += new Set(keptAnomalous.map(({ pattern }) => pattern)).size / whole.anomalousPatterns;
    sums.patterns += new Set(kept.map(({ pattern }) => pattern)).size / whole.patterns;
  }
  return { ...sums, anomalousPatterns: sums.anomalousPatterns / ROUNDS, patterns: sums.patterns / ROUNDS };
}

/** The labelled set with its true templates as patterns. */
function readLabelled(directory: string): LabelledLine[] {
  const file = join(directory, 'BGL_2k.log_structured.csv');
  if (!existsSync(file)) throw new Error(`${file} is not there: --data must name a directory of the loghub sets.`);
  const raw = readFileSync(join(directory, 'BGL_2k.log'), 'utf8').split(/\r?\n/);
  const [heads = [], ...rows] = parseCsv(readFileSync(file, 'utf8'));
  const [label, template] = ['Label', 'EventId'].map((name) => heads.indexOf(name));
  return rows.map((row, at) => {
    const pattern = row[template ?? -1];
    if (pattern === undefined) throw new Error(`${file}, line ${at + 2}: no EventId`);
    return { pattern, bytes: Buffer.byteLength(raw[at] ?? '') + 1, isAnomalous: row[label ?? -1] !== '-' };
  });
}

function windowOf(lines: readonly LabelledLine[]): { patterns: LogPattern[]; groups: TrafficGroup[] } {
  const sums = new Map<string, { lines: number; bytes: number }>();
  for (const { pattern, bytes } of lines) {
    const sum = sums.get(pattern) ?? { lines: 0, bytes: 0 };
    sums.set(pattern, { lines: sum.lines + 1, bytes: sum.bytes + bytes });
  }
  const groups = [...sums].map(([pattern, sum]) => ({ pattern, signature: pattern, severity: undefined, ...sum }));
  const patterns = groups.map(({ pattern, lines, bytes }, cluster) => ({
    ...{ id: pattern, template: pattern, signatures: [pattern], lines, bytes, severities: {}, examples: [], cluster },
    ...{ first_seen: undefined, last_seen: undefined },
  }));
  return { patterns, groups };
}
