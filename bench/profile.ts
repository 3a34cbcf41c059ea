// Where Weir's microseconds go: node bench/profile.ts [--workload small] [--contestant weir] [--warm 10] [--seconds 6] [--top 40]
// Runs the contestant under Node's own sampling profiler and prints the functions with the most time of their own.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contestants } from './contestants/all.ts';
import { faultOf, generateLoad, type LoadRequest } from './harness/load.ts';
import { startMock } from './harness/mock.ts';
import { buildFolder, projectRoot } from './harness/paths.ts';
import { writePayloads } from './harness/payloads.ts';
import { raisePriority } from './harness/pin.ts';
import { stop } from './harness/processes.ts';
import { threadNanoseconds } from './harness/thread-clock.ts';
import { buildTools } from './harness/tools.ts';
import { type CpuProfile, type Share, selfTimes } from './report/cpu-profile.ts';
import { renderTable } from './report/table.ts';
import { workloads } from './workloads.ts';

const { values } = parseArgs({
  options: {
    workload: { type: 'string', default: 'small' },
    contestant: { type: 'string', default: 'weir' },
    warm: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '6' },
    top: { type: 'string', default: '40' },
  },
});
const top = Number(values.top);
const workload = workloads.find(({ name }) => name === values.workload);
const contestant = contestants.find(({ name }) => name === values.contestant);
if (!workload || !contestant) {
  console.error(`profile: no workload ${values.workload} or no contestant ${values.contestant}`);
  process.exit(2);
}
const unavailable = contestant.unavailable();
if (unavailable !== undefined) {
  console.error(`profile: ${unavailable}`);
  process.exit(2);
}

raisePriority();
const tools = buildTools('native');
const payloads = writePayloads();
const folder = mkdtempSync(join(buildFolder('profiles'), `${contestant.name}-${workload.name}-`));
/** Start and warm-up, counted from the moment the process was asked to start. */
let skippedMs = 0;
const warmSeconds = Number(values.warm);
const mock = await startMock(tools, { gapUs: 10_000 });
try {
  const nodeArguments = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'];
  const startedAt = performance.now();
  const running = await contestant.start({ upstreamPort: mock.port, nodeArguments });
  const { connections, rate } = workload;
  const seconds = Number(values.seconds);
  const bodyFile = payloads[workload.payload];
  skippedMs = performance.now() - startedAt + warmSeconds * 1000;
  const load = { ...running, bodyFile, connections, rate, warmSeconds, seconds };
  const { report, threads } = await loadAndWatchThreads(load, () => running.stop());
  console.log(`${contestant.name}, ${workload.about}: ${report.cpuUs.toFixed(1)} us CPU per request while profiled`);
  console.log(`\n${renderThreads(threads)}`);
  const fault = faultOf(report);
  if (fault !== undefined) console.log(`FAILED: ${fault}`);
} finally {
  await stop(mock.process);
}
printProfiles(folder);

/** The sampling profiler sees threads that run JavaScript; the kernel sees all, garbage collection's helpers too. */
async function loadAndWatchThreads(load: LoadRequest, end: () => Promise<void>) {
  const before = threadNanoseconds(load.pids);
  try {
    const report = await generateLoad(tools, load);
    const after = threadNanoseconds(load.pids);
    return { report, threads: [...after].map(([name, ns]) => ({ name, ms: (ns - (before.get(name) ?? 0)) / 1e6 })) };
  } finally {
    await end();
  }
}

function renderThreads(threads: readonly { name: string; ms: number }[]): string {
  const total = threads.reduce((sum, { ms }) => sum + ms, 0);
  const shares = threads.map(({ name, ms }) => ({ name, ms, share: ms / total }));
  return renderShares(
    'thread (kernel clock, warm-up included)',
    shares.toSorted((a, b) => b.ms - a.ms),
  );
}

/** One file per thread; the largest is the thread that did the work. */
function printProfiles(profileFolder: string): void {
  const files = readdirSync(profileFolder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => join(profileFolder, name))
    .sort((a, b) => statSync(b).size - statSync(a).size);
  if (files.length === 0) {
    rmSync(profileFolder, { recursive: true });
    throw new Error('no profile was written: the process did not end by itself after SIGTERM');
  }
  const profiles = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as CpuProfile);
  const fromUs = Math.min(...profiles.map(({ startTime }) => startTime)) + skippedMs * 1000;
  profiles.forEach((profile, index) => {
    const times = selfTimes(profile, { root: projectRoot, fromUs });
    const isBusiest = index === 0;
    console.log(
      `\n${isBusiest ? 'busiest thread' : 'another thread'}: ${Math.round(times.busyMs)} ms busy; ${files[index]}`,
    );
    console.log(`\n${renderShares('place', times.places.slice(0, isBusiest ? 25 : 5))}`);
    if (!isBusiest) return;
    console.log(`\n${renderShares('charged to (packages and native code included)', times.charged.slice(0, top))}`);
    console.log(`\n${renderShares('function', times.functions.slice(0, top))}`);
  });
}

function renderShares(what: string, shares: readonly Share[]): string {
  const rows = shares.map(({ name, share, ms }) => [name, `${(share * 100).toFixed(1)}%`, ms.toFixed(0)]);
  return renderTable([[what, 'self', 'ms'], ...rows]);
}
