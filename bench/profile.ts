// Where Weir's microseconds go: node bench/profile.ts [--workload small] [--contestant weir] [--seconds 6] [--top 40]
// Runs the contestant under Node's own sampling profiler and prints the functions with the most time of their own.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contestants } from './contestants/all.ts';
import { generateLoad } from './harness/load.ts';
import { startMock } from './harness/mock.ts';
import { buildFolder, projectRoot } from './harness/paths.ts';
import { writePayloads } from './harness/payloads.ts';
import { raisePriority } from './harness/pin.ts';
import { stop } from './harness/processes.ts';
import { buildTools } from './harness/tools.ts';
import { type CpuProfile, type Share, selfTimes } from './report/cpu-profile.ts';
import { renderTable } from './report/table.ts';
import { workloads } from './workloads.ts';

const { values } = parseArgs({
  options: {
    workload: { type: 'string', default: 'small' },
    contestant: { type: 'string', default: 'weir' },
    seconds: { type: 'string', default: '6' },
    top: { type: 'string', default: '40' },
  },
});
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
const mock = await startMock(tools, 10_000);
try {
  const nodeArguments = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'];
  const running = await contestant.start({ upstreamPort: mock.port, nodeArguments });
  const { connections, rate, warmSeconds } = workload;
  const seconds = Number(values.seconds);
  const bodyFile = payloads[workload.payload];
  const report = await generateLoad(tools, { ...running, bodyFile, connections, rate, warmSeconds, seconds }).finally(
    () => running.stop(),
  );
  console.log(`${contestant.name}, ${workload.about}: ${report.cpuUs.toFixed(1)} us CPU per request while profiled`);
  if (report.non200 > 0) console.log(`FAILED: ${report.non200} replies were not 200`);
} finally {
  await stop(mock.process);
}
printProfiles(folder);

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
  files.forEach((file, index) => {
    const { busyMs, functions, places } = selfTimes(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile, projectRoot);
    console.log(`\n${index === 0 ? 'busiest thread' : 'another thread'}: ${Math.round(busyMs)} ms busy; ${file}`);
    console.log(`\n${renderShares('place', places.slice(0, 25))}`);
    if (index === 0) console.log(`\n${renderShares('function', functions.slice(0, Number(values.top)))}`);
  });
}

function renderShares(what: string, shares: readonly Share[]): string {
  const rows = shares.map(({ name, share, ms }) => [name, `${(share * 100).toFixed(1)}%`, ms.toFixed(0)]);
  return renderTable([[what, 'self', 'ms'], ...rows]);
}
