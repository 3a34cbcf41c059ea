import type { Contestant, Running } from './contestants/contestant.ts';
import { watchCore } from './harness/core-load.ts';
import { faultOf, generateLoad, type LoadReport } from './harness/load.ts';
import type { PayloadFiles } from './harness/payloads.ts';
import { gatewayCore } from './harness/pin.ts';
import { probe } from './harness/probe.ts';
import type { Tools } from './harness/tools.ts';
import { type Workload, warmUp } from './workloads.ts';

export type Bench = {
  tools: Tools;
  payloads: PayloadFiles;
  upstreamPort: number;
};

/** One contestant's run of one workload: the report, or why it does not count. */
export type Outcome = { contestant: string; workload: string; repeat: number } & Finding;

type Finding = {
  report?: LoadReport;
  fault?: string;
  /** Share of the gateway's core that other programs of this machine took meanwhile; absent where it is not known. */
  otherLoad?: number;
};

export type Plan = {
  contestants: readonly Contestant[];
  workloads: readonly Workload[];
  repeat: number;
  onNote: (note: string) => void;
  onProgress: (what: string) => void;
};

type Runner = { contestant: Contestant; running?: Running; startFault?: string };

/**
 * One repeat: fresh processes, each warmed up, then workload by workload with one contestant under load at a time, so
 * that the two sides of a ratio are seconds apart. Even repeats go through the contestants backwards, against drift.
 */
export async function measureRepeat(bench: Bench, plan: Plan): Promise<Outcome[]> {
  const runners: Runner[] = [];
  try {
    for (const contestant of plan.contestants) runners.push(await startRunner(bench, contestant, plan));
    const outcomes: Outcome[] = [];
    const inTurn = plan.repeat % 2 === 0 ? runners.toReversed() : runners;
    for (const workload of plan.workloads) {
      plan.onProgress(workload.name);
      for (const runner of inTurn) {
        const { name } = runner.contestant;
        if (!workload.contestants.includes(name)) continue;
        const about = { contestant: name, workload: workload.name, repeat: plan.repeat };
        outcomes.push({ ...about, ...(await runOne(bench, runner, workload)) });
      }
    }
    return outcomes;
  } finally {
    for (const { running } of runners) await running?.stop();
  }
}

async function startRunner(bench: Bench, contestant: Contestant, plan: Plan): Promise<Runner> {
  plan.onProgress(`start ${contestant.name}`);
  try {
    const running = await contestant.start({ upstreamPort: bench.upstreamPort, nodeArguments: [] });
    for (const note of running.notes) plan.onNote(`${contestant.name}: ${note}`);
    if (contestant.name !== 'direct') await warm(bench, running).catch(() => undefined);
    return { contestant, running };
  } catch (error) {
    return { contestant, startFault: messageOf(error) };
  }
}

/** Faults of the warm-up show again in the workloads, which report them. */
async function warm(bench: Bench, running: Running): Promise<void> {
  await generateLoad(bench.tools, {
    ...running,
    bodyFile: bench.payloads[warmUp.payload],
    connections: warmUp.connections,
    rate: 0,
    warmSeconds: 0,
    seconds: warmUp.seconds,
  });
}

async function runOne(bench: Bench, runner: Runner, workload: Workload): Promise<Finding> {
  const { contestant, running, startFault } = runner;
  if (!running) return { fault: startFault ?? 'did not start' };
  try {
    const expectedBytes = await expectedLength(bench, { contestant, running, workload });
    const busyShare = watchCore(gatewayCore);
    const report = await generateLoad(bench.tools, {
      ...running,
      bodyFile: bench.payloads[workload.payload],
      connections: workload.connections,
      rate: workload.rate,
      warmSeconds: workload.warmSeconds,
      seconds: workload.seconds,
      expectedBytes,
    });
    const fault = faultOf(report);
    const busy = busyShare();
    const otherLoad = busy === undefined ? {} : { otherLoad: Math.max(0, busy - report.gatewayCores) };
    return fault === undefined ? { report, ...otherLoad } : { report, fault, ...otherLoad };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}

type Task = { contestant: Contestant; running: Running; workload: Workload };

/** What the upstream itself sends where bytes must be identical; elsewhere what two checked replies agree on. */
async function expectedLength(bench: Bench, { contestant, running, workload }: Task): Promise<number> {
  const bodyFile = bench.payloads[workload.payload];
  const first = await probe(running, bodyFile);
  const isIdentical = contestant.passesThrough && !workload.isTranslated;
  const upstream = { port: bench.upstreamPort, headers: [], pids: [], notes: [], stop: async () => undefined };
  const second = await probe(isIdentical ? upstream : running, bodyFile);
  if (first.bodyBytes !== second.bodyBytes) {
    throw new Error(`a reply had ${first.bodyBytes} bytes, ${second.bodyBytes} were expected`);
  }
  return first.bodyBytes;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
