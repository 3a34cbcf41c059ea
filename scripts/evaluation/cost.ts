import { BUILT_IN_DETECTORS, inlineScanner } from '../../server/src/guardrails/registry.ts';
import { readRows } from '../injection-model/rows.ts';
import { printTable } from './table.ts';

const PIECE = 4096;
const ROUNDS = 40;
const LONG_TEXT = 16_384;
const LONG_ROUNDS = 200;

/** CPU time over harmless texts in pieces of 4 KB: the best of some rounds, since other programs can only make it slower. */
export function measureCost(directory: string): string[] {
  const all = readRows(directory)
    .filter(({ label }) => label === 0)
    .map(({ text }) => text)
    .join('\n\n');
  const pieces = Array.from({ length: Math.floor(all.length / PIECE) }, (_, index) =>
    Buffer.from(all.slice(index * PIECE, (index + 1) * PIECE)).toString(),
  );
  const perKb = (scan: (text: string) => unknown) => bestRound(pieces, scan) / ((pieces.length * PIECE) / 1024);
  const inline = perKb((text) => inlineScanner.scan(text, 'user'));
  const full = BUILT_IN_DETECTORS.map((detector) => ({
    name: detector.name,
    cost: perKb((text) => detector.full(text, 'user')),
  }));
  const sum = full.reduce((total, { cost }) => total + cost, 0);
  console.log('\nCost in microseconds of CPU per KB\n');
  printTable([
    ['tier', 'us/KB'],
    ['inline, all detectors', inline.toFixed(1)],
    ...full.map(({ name, cost }) => [`full, ${name}`, cost.toFixed(1)]),
    ['full, all detectors', sum.toFixed(1)],
  ]);
  const times = longTextTimes(all);
  const p99 = quantile(times, 0.99);
  console.log(
    `\n16 KB through the full tier, CPU of its thread: p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
  );
  return [
    ...(inline > 3 ? ['inline tier above 3 us/KB'] : []),
    ...(sum > 150 ? ['full tier above 150 us/KB'] : []),
    ...(p99 > 5 ? ['16 KB above 5 ms at p99'] : []),
  ];
}

function bestRound(pieces: readonly string[], scan: (text: string) => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (const piece of pieces) scan(piece);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, user + system);
  }
  return best;
}

/** Milliseconds per try, in order. Processor time, because other programs would stretch the clock's. */
function longTextTimes(all: string): readonly number[] {
  const text = Buffer.from(all.slice(0, LONG_TEXT)).toString();
  return Array.from({ length: LONG_ROUNDS }, () => {
    const before = process.threadCpuUsage();
    for (const detector of BUILT_IN_DETECTORS) detector.full(text, 'user');
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  }).sort((left, right) => left - right);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}
