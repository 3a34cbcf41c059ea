import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatSignature } from '../../sampler/src/signature.ts';
import { toLogPattern } from '../../server/src/features/log-sampling/mine-lines.ts';
import { Miner } from '../../server/src/features/log-sampling/miner/miner.ts';
import { lineReader } from '../../server/src/features/log-sampling/read-line.ts';
import { rateOf, solveRates } from '../../server/src/features/log-sampling/solver/solve-rates.ts';
import { LineTally } from '../../server/src/features/log-sampling/tally.ts';
import type { LineSeverity, TrafficGroup } from '../../server/src/features/log-sampling/traffic.ts';
import { parseCsv } from '../../server/src/features/reports/parse-csv.ts';
import type { LogLine } from '../../server/src/ports/log-source.ts';
import { percent, printTable } from './table.ts';

/** One line of a labelled log, without its severity. */
interface LabelledLine {
  readonly line: LogLine;
  /** Which statement wrote it, as people found. */
  readonly statement: string;
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
  const { patterns, groups, groupOf } = mined(lines);
  const targetBytes = keep * groups.reduce((sum, { bytes }) => sum + bytes, 0);
  const { rates } = solveRates({ patterns, groups, targetBytes, weights: new Map(), locks: {} });
  const ours = (at: number, nth: number) => {
    const group = groupOf(at);
    return nth < rates.firstK ? 1 : rateOf(rates, {}, group);
  };
  const signatureOf = (at: number) => groupOf(at).signature;
  return {
    keep,
    ours: mean(lines, { rateFor: ours, signatureOf }),
    uniform: mean(lines, { rateFor: () => keep, signatureOf }),
  };
}

/** The shares that stay, on average over rounds of chance; `nth` counts the lines of a signature from 0. */
function mean(
  lines: readonly LabelledLine[],
  of: { rateFor: (at: number, nth: number) => number; signatureOf: (at: number) => string },
): Kept {
  const sums: Kept = { bytes: 0, anomalousLines: 0, anomalousPatterns: 0, patterns: 0 };
  const anomalous = lines.filter(({ isAnomalous }) => isAnomalous);
  const whole = {
    bytes: lines.reduce((sum, { line }) => sum + line.bytes, 0),
    anomalousLines: anomalous.length,
    anomalousPatterns: new Set(anomalous.map(({ statement }) => statement)).size,
    patterns: new Set(lines.map(({ statement }) => statement)).size,
  };
  for (let round = 0; round < ROUNDS; round++) {
    const seen = new Map<string, number>();
    const kept = lines.filter((_, at) => {
      const signature = of.signatureOf(at);
      const nth = seen.get(signature) ?? 0;
      seen.set(signature, nth + 1);
      return Math.random() < of.rateFor(at, nth);
    });
    const keptAnomalous = kept.filter(({ isAnomalous }) => isAnomalous);
    sums.bytes += kept.reduce((sum, { line }) => sum + line.bytes, 0) / whole.bytes / ROUNDS;
    sums.anomalousLines += keptAnomalous.length / whole.anomalousLines / ROUNDS;
    sums.anomalousPatterns += new Set(keptAnomalous.map(({ statement }) => statement)).size / whole.anomalousPatterns;
    sums.patterns += new Set(kept.map(({ statement }) => statement)).size / whole.patterns;
  }
  return { ...sums, anomalousPatterns: sums.anomalousPatterns / ROUNDS, patterns: sums.patterns / ROUNDS };
}

/** The labelled set; its severities say what is anomalous, so they are put out of sight. */
function readLabelled(directory: string): LabelledLine[] {
  const file = join(directory, 'BGL_2k.log_structured.csv');
  if (!existsSync(file)) throw new Error(`${file} is not there: --data must name a directory of the loghub sets.`);
  const raw = readFileSync(join(directory, 'BGL_2k.log'), 'utf8').split(/\r?\n/);
  const [heads = [], ...rows] = parseCsv(readFileSync(file, 'utf8'));
  const [label = -1, template = -1, level = -1] = ['Label', 'EventId', 'Level'].map((name) => heads.indexOf(name));
  return rows.map((row, at) => {
    // The label is the first word of a line.
    const body = (raw[at] ?? '').replace(/^\S+ /, '- ').replace(` ${row[level]} `, ' ');
    const line = { body, bytes: Buffer.byteLength(body) + 1 };
    return { line, statement: row[template] ?? '', isAnomalous: row[label] !== '-' };
  });
}

/** What the miner and the tally make of the lines. */
function mined(lines: readonly LabelledLine[]) {
  const miner = new Miner();
  const tally = new LineTally(lineReader(), { from: 0, to: 1, windows: 1 });
  for (const { line } of lines) {
    miner.add(line);
    tally.add(line);
  }
  const patterns = miner.mine().patterns.map(toLogPattern);
  const groups = tally.groups(patterns);
  const reader = lineReader();
  const keyOf = (signature: string, severity: LineSeverity | undefined) => `${signature} ${severity}`;
  const byKey = new Map(groups.map((group) => [keyOf(group.signature, group.severity), group]));
  const all = lines.map(({ line }) => {
    const signature = reader.signatureOf(line);
    const group = byKey.get(keyOf(formatSignature(signature), reader.severityOf(line, signature)));
    if (group === undefined) throw new Error('a line was not counted');
    return group;
  });
  return { patterns, groups, groupOf: (at: number) => all[at] as TrafficGroup };
}
