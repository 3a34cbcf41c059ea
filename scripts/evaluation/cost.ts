import { BUILT_IN_DETECTORS, inlineScanner } from '../../server/src/guardrails/registry.ts';
import { readRows } from '../injection-model/rows.ts';
import { printTable } from './table.ts';

const PIECE = 4096;
const ROUNDS = 15;
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
  console.log(`\n16 KB through the full tier: p50 ${quantile(all, 0.5)} ms, p99 ${quantile(all, 0.99)} ms`);
  return sum > 150 ? ['full tier above 150 us/KB'] : [];
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

function quantile(all: string, share: number): string {
  const text = Buffer.from(all.slice(0, LONG_TEXT)).toString();
  const times = Array.from({ length: LONG_ROUNDS }, () => {
    const start = performance.now();
    for (const detector of BUILT_IN_DETECTORS) detector.full(text, 'user');
    return performance.now() - start;
  }).sort((left, right) => left - right);
  return (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
}
