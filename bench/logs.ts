import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { signatureOf } from '../sampler/src/signature.ts';
import { analyzeFile } from '../server/src/compose/commands/logs/analyze-file.ts';
import { makePolicy } from '../server/src/compose/commands/logs/make-policy.ts';
import { Miner } from '../server/src/features/log-sampling/miner/miner.ts';
import { imaginedLogs } from '../server/src/features/log-sampling/testing/imagined-systems.ts';

/**
 * `node bench/logs.ts [--file LOG]`: what mining costs in one thread, in CPU time of that thread. Without a file on lines of
 * imagined systems; the scan is the floor: reading every unit of every line once. Last, a million lines become a policy.
 */
const { file } = parseArgs({ options: { file: { type: 'string' } } }).values;
const logs = imaginedLogs(6000, 17);
const lines =
  file === undefined ? logs.flatMap(({ content }) => content) : readFileSync(file, 'utf8').split('\n').map(ownCopy);
const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
const ROUNDS = 5;
/** CPU time is counted in ticks of some milliseconds: work is repeated until that does not matter. */
const REPEATS = 8;
/** Takes results, so that no work is left out as useless. */
let sink = 0;

console.log(`${lines.length} lines, ${(bytes / lines.length).toFixed(0)} bytes each`);
const cold = new Miner();
// The first thing measured: nothing is compiled yet.
report(
  'cold, first pass',
  lines.length,
  cpuMs(() => count(cold, lines)),
);
const warm = best(() => {
  const miner = new Miner();
  count(miner, lines);
});
report(
  'floor: scan of all units',
  lines.length,
  best(() => {
    sink ^= scan(lines);
  }),
);
report(
  'signature',
  lines.length,
  best(() => {
    sink ^= sign(lines);
  }),
);
report(
  'miner, warm, known shapes',
  lines.length,
  best(() => count(cold, lines)),
);
report('miner, warm, new shapes', lines.length, warm);

const shapes = new Miner();
for (const { raw, content } of logs) {
  count(shapes, raw);
  count(shapes, content);
}
const merging = best(() => shapes.mine());
console.log(`merge ${shapes.shapes} shapes into ${shapes.mine().patterns.length} patterns: ${merging.toFixed(0)} ms`);

await printPolicyOfMillion();

if (!Number.isInteger(sink)) throw new Error('A sum of integers is one.');

printMemory();

function count(miner: Miner, texts: readonly string[]): void {
  for (const body of texts) miner.add({ body, bytes: body.length });
}

function scan(texts: readonly string[]): number {
  let sum = 0;
  for (const text of texts) for (let at = 0; at < text.length; at++) sum = (sum + text.charCodeAt(at)) | 0;
  return sum;
}

function sign(texts: readonly string[]): number {
  let sum = 0;
  for (const text of texts) sum ^= signatureOf(text);
  return sum;
}

/** What `weir logs policy --reduce 0.7` does with a file of a million lines, from its first byte to the dry run. */
async function printPolicyOfMillion(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const file = join(directory, 'million.log');
  const timeOf = (at: number) => new Date(1_767_225_600_000 + at * 3).toISOString();
  const million = Array.from({ length: 1_000_000 }, (_, at) => `${timeOf(at)} INFO ${lines[at % lines.length]}\n`);
  writeFileSync(file, million.join(''));
  const started = performance.now();
  const startedCpu = process.cpuUsage();
  const { analysis } = await analyzeFile(file, { input: () => process.stdin, status: () => {} });
  const readAndMined = performance.now();
  const made = makePolicy(analysis, { targetBytes: 0.3 * analysis.bytes, usdPerGb: 0.5 });
  const ended = performance.now();
  const { user, system } = process.cpuUsage(startedCpu);
  rmSync(directory, { recursive: true });
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  console.log(
    [
      `1 M lines (${(analysis.bytes / 1e6).toFixed(0)} MB, ${analysis.patterns.length} patterns) to a policy: ${seconds(ended - started)} (${seconds((user + system) / 1000)} of CPU)`,
      `  read, mine, find anomalies ${seconds(readAndMined - started)}; solve, build, dry run ${seconds(ended - readAndMined)}`,
      `  keeps ${((100 * made.tried.keptBytesAfter) / made.tried.bytes).toFixed(1)}% of the bytes`,
    ].join('\n'),
  );
}

/** 20,000 shapes that no rule makes fewer, and what they add up to. */
function printMemory(): void {
  const before = heap();
  const many = new Miner();
  for (let at = 0; at < 20_000; at++)
    count(many, [`${letters(at)} finished ${letters(at * 7919)} of ${letters(at * 31)} in 5 ms at the gate`]);
  const mined = many.mine();
  const grown = heap() - before;
  console.log(
    `${many.shapes} shapes and their ${mined.patterns.length} patterns in memory: ${(grown / 1e6).toFixed(1)} MB`,
  );
}

/** Words that differ in letters only. */
function letters(number: number): string {
  return [...String(number % 1_000_003)].map((digit) => 'ghijklmnop'[Number(digit)]).join('');
}

function ownCopy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function cpuMs(work: () => void): number {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

function best(work: () => void): number {
  const times = Array.from({ length: ROUNDS }, () =>
    cpuMs(() => {
      for (let repeat = 0; repeat < REPEATS; repeat++) work();
    }),
  );
  return Math.min(...times) / REPEATS;
}

function report(what: string, count: number, ms: number): void {
  const perSecond = (count / ms) * 1000;
  const megabytes = (bytes / ms / 1e6) * 1000;
  console.log(
    `${what.padEnd(28)} ${(perSecond / 1e6).toFixed(2).padStart(6)} M lines/s ${megabytes.toFixed(0).padStart(5)} MB/s ${((ms * 1e6) / count).toFixed(0).padStart(6)} ns/line`,
  );
}
