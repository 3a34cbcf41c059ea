import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { pinoHooks, Sampler } from '@weir/sampler';
import { pino } from 'pino';

// What a line costs in an application: `npm run bench:sampler`, or with `-- --calls 1000000` for a quick look.
const RUNS = 7;
const PINO_SHARE = 10;
/** Lines of a kind that never come back while a sampler remembers them. */
const POOL = 30_000;
const LIMITS = { errorNs: 10, infoNs: 500, pinoRatio: 1.8 };

type Call = (line: string, at: number) => unknown;

const { values } = parseArgs({ options: { calls: { type: 'string', default: '10000000' } } });
const calls = Number(values.calls);

const POLICY = {
  policy_version: 1,
  // The first lines of new signatures are kept whole; here it is the decision that is measured.
  first_k: 0,
  global_rate: 0.2,
  severity_rates: { DEBUG: 0.2, INFO: 0.2, WARNING: 0.2, ERROR: 1, CRITICAL: 1 },
};
const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c' };
const LINES = Array.from({ length: 1000 }, (_, at) => lineOfHundred(at));
const sampler = new Sampler({ policy: POLICY });

const decisions = {
  'empty loop': (line: string) => line.length,
  ERROR: (line: string) => sampler.decide('ERROR', line),
  'INFO, 100 bytes': (line: string) => sampler.decide('INFO', line),
  'INFO, 100 bytes, trace id': (line: string) => sampler.decide('INFO', line, TRACE),
  'INFO, a constant message': () => sampler.decide('INFO', 'Order stored'),
};
const verdicts: boolean[] = [];
const ns = medians(decisions, calls, () => LINES);
for (const [name, cost] of Object.entries(ns)) console.log(`${name.padEnd(36)}${cost.toFixed(1).padStart(9)} ns`);
for (const [name, most] of [
  ['ERROR', LIMITS.errorNs],
  ['INFO, 100 bytes', LIMITS.infoNs],
] as const) {
  const cost = ns[name] - ns['empty loop'];
  console.log(`${name.padEnd(36)}${cost.toFixed(1).padStart(9)} ns, ${most} at most   ${judged(cost <= most)}`);
}

/** What pino is given. A line that was never seen is of another text in each run. */
const KINDS: Record<string, (run: number) => string[]> = {
  'a constant message': () => ['Order stored'],
  'numbers that vary': () => LINES,
  'identifiers never seen': () => manyOf(() => `Stored order ${randomUUID()} in the table of open orders`),
  'words never seen': (run) => manyOf((at) => `Stored order of ${word(run * POOL + at)} in the table of open orders`),
};
// A file that takes everything, as in pino's own benchmarks, and a stream that does nothing at all.
const SINKS = {
  '/dev/null': () => pino.destination('/dev/null'),
  'no stream': () => ({ write: () => undefined }),
};
console.log(`\n${'pino, process CPU in ns a line'.padEnd(52)}    plain  at 0.2   times`);
for (const [sink, destination] of Object.entries(SINKS)) {
  const plain = pino({ level: 'trace' }, destination());
  const hooked = pino({ level: 'trace', hooks: pinoHooks(new Sampler({ policy: POLICY })) }, destination());
  for (const [kind, linesOf] of Object.entries(KINDS)) {
    compare(`${sink}, ${kind}`, linesOf, {
      plain: (line) => plain.info(line),
      hooked: (line) => hooked.info(line),
    });
    compare(`${sink}, ${kind}, with fields`, linesOf, {
      plain: (line, at) => plain.info({ order: at }, line),
      hooked: (line, at) => hooked.info({ order: at }, line),
    });
  }
}
if (verdicts.includes(false)) process.exitCode = 1;

function compare(name: string, linesOf: (run: number) => string[], of: Record<'plain' | 'hooked', Call>): void {
  const { plain, hooked } = medians(of, Math.ceil(calls / PINO_SHARE), linesOf);
  const ratio = plain / hooked;
  const row = [plain.toFixed(0).padStart(9), hooked.toFixed(0).padStart(8), ratio.toFixed(2).padStart(8)].join('');
  console.log(`${name.padEnd(52)}${row}   ${LIMITS.pinoRatio} at least   ${judged(ratio >= LIMITS.pinoRatio)}`);
}

function judged(isKept: boolean): string {
  verdicts.push(isKept);
  return isKept ? 'ok' : 'MISSED';
}

/** Nanoseconds of process CPU per call, median over the runs; the contestants take turns within each run. */
function medians<Name extends string>(
  of: Record<Name, Call>,
  count: number,
  linesOf: (run: number) => string[],
): Record<Name, number> {
  const names = Object.keys(of) as Name[];
  const costs = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let run = 0; run < RUNS; run++) {
    const lines = linesOf(run);
    for (const name of names) costs.get(name)?.push(cpuOf(of[name], count, lines));
  }
  const medianOf = (name: Name) => costs.get(name)?.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
  return Object.fromEntries(names.map((name) => [name, medianOf(name)])) as Record<Name, number>;
}

function cpuOf(call: Call, count: number, lines: readonly string[]): number {
  const before = process.cpuUsage();
  for (let at = 0; at < count; at++) call(lines[at % lines.length] as string, at);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / count;
}

/** More lines than a sampler remembers, each in one piece as if it had been read from somewhere. */
function manyOf(line: (at: number) => string): string[] {
  return Array.from({ length: POOL }, (_, at) => JSON.parse(JSON.stringify(line(at))));
}

/** Another word of letters for each number. */
function word(at: number): string {
  return String(1_000_000 + at).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] as string);
}

/** A message as applications write them, of five shapes. */
function lineOfHundred(at: number): string {
  const lines = [
    `Stored order ${at * 7919} of customer ${at % 311} in the table of open orders, nothing else to do here today`,
    `Request to /api/v2/orders/${at}/items finished with status 200 after ${at % 90} ms, the cache had answered it`,
    `Connection from 10.0.${at % 255}.7:${5000 + at} accepted by worker ${at % 8}, handing it over to the handler thread`,
    `Job nightly-report-${at} is waiting for its turn behind ${at % 17} others in the queue of the second region`,
    `Session of user ${at} was renewed until the end of the day because the token had nearly reached its age`,
  ];
  return (lines[at % lines.length] ?? '').padEnd(100, '.').slice(0, 100);
}
