import { parseArgs } from 'node:util';
import { pinoHooks, Sampler } from '@weir/sampler';
import { pino } from 'pino';

// What a line costs in an application: `npm run bench:sampler`, or with `-- --calls 1000000` for a quick look.
const RUNS = 7;
const PINO_SHARE = 10;
const LIMITS = { errorNs: 10, infoNs: 500, pinoRatio: 1.8 };

const { values } = parseArgs({ options: { calls: { type: 'string', default: '10000000' } } });
const calls = Number(values.calls);

const POLICY = {
  policy_version: 1,
  global_rate: 0.2,
  severity_rates: { DEBUG: 0.2, INFO: 0.2, WARNING: 0.2, ERROR: 1, CRITICAL: 1 },
};
const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c' };
const LINES = Array.from({ length: 1000 }, (_, at) => lineOfHundred(at));
const sampler = new Sampler({ policy: POLICY });
// A file that takes everything, as in pino's own benchmarks.
const plain = pino({ level: 'trace' }, pino.destination('/dev/null'));
const hooks = pinoHooks(new Sampler({ policy: POLICY }));
const hooked = pino({ level: 'trace', hooks }, pino.destination('/dev/null'));

const contestants = {
  'empty loop': (line: string) => line.length,
  ERROR: (line: string) => sampler.decide('ERROR', line),
  'INFO, 100 bytes': (line: string) => sampler.decide('INFO', line),
  'INFO, 100 bytes, trace id': (line: string) => sampler.decide('INFO', line, TRACE),
  'INFO, a constant message': () => sampler.decide('INFO', 'Order stored'),
};
const pinos = {
  pino: (line: string, at: number) => plain.info({ order: at }, line),
  'pino at rate 0.2': (line: string, at: number) => hooked.info({ order: at }, line),
  'pino, constant message': (_: string, at: number) => plain.info({ order: at }, 'Order stored'),
  'pino at rate 0.2, constant message': (_: string, at: number) => hooked.info({ order: at }, 'Order stored'),
};

const ns = { ...medians(contestants, calls), ...medians(pinos, Math.ceil(calls / PINO_SHARE)) };
for (const [name, cost] of Object.entries(ns)) console.log(`${name.padEnd(36)}${cost.toFixed(1).padStart(9)} ns`);
const base = ns['empty loop'];
const judged = [
  ['ERROR', ns.ERROR - base, LIMITS.errorNs, 'ns at most'],
  ['INFO, 100 bytes', ns['INFO, 100 bytes'] - base, LIMITS.infoNs, 'ns at most'],
  ['pino plain / at rate 0.2', ns.pino / ns['pino at rate 0.2'], LIMITS.pinoRatio, 'times at least'],
  [
    'the same, constant message',
    ns['pino, constant message'] / ns['pino at rate 0.2, constant message'],
    LIMITS.pinoRatio,
    'times at least',
  ],
] as const;
console.log();
for (const [name, value, limit, unit] of judged) {
  const isKept = unit === 'ns at most' ? value <= limit : value >= limit;
  if (!isKept) process.exitCode = 1;
  console.log(`${name.padEnd(36)}${value.toFixed(2).padStart(9)}   ${limit} ${unit}   ${isKept ? 'ok' : 'MISSED'}`);
}

/** Nanoseconds of process CPU per call, median over the runs; the contestants take turns within each run. */
function medians<Name extends string>(
  of: Record<Name, (line: string, at: number) => unknown>,
  count: number,
): Record<Name, number> {
  const names = Object.keys(of) as Name[];
  const costs = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let run = 0; run < RUNS; run++) for (const name of names) costs.get(name)?.push(cpuOf(of[name], count));
  const medianOf = (name: Name) => costs.get(name)?.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
  return Object.fromEntries(names.map((name) => [name, medianOf(name)])) as Record<Name, number>;
}

function cpuOf(call: (line: string, at: number) => unknown, count: number): number {
  const before = process.cpuUsage();
  for (let at = 0; at < count; at++) call(LINES[at % LINES.length] as string, at);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / count;
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
