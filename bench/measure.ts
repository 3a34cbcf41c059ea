import type { Contestant, Running } from './contestants/contestant.ts';
import { faultOf, generateLoad, type LoadReport } from './harness/load.ts';
import type { PayloadFiles } from './harness/payloads.ts';
import { probe } from './harness/probe.ts';
import type { Tools } from './harness/tools.ts';
import { type Workload, warmUp } from './workloads.ts';

export type Bench = {
  tools: Tools;
  payloads: PayloadFiles;
  upstreamPort: number;
};

/** One contestant's run of one workload: the report, or why it does not count. */
export type Outcome = { contestant: string; workload: string; repeat: number; report?: LoadReport; fault?: string };

/** Starts a contestant, runs the workloads it can, stops it. A fault spoils its own workload, not the others. */
export async function measure(
  bench: Bench,
  contestant: Contestant,
  plan: { workloads: readonly Workload[]; repeat: number; onNote: (note: string) => void },
): Promise<Outcome[]> {
  const mine = plan.workloads.filter((workload) => contestant.translates || !workload.needsTranslation);
  const about = (workload: Workload) => ({ contestant: contestant.name, workload: workload.name, repeat: plan.repeat });
  let running: Running;
  try {
    running = await contestant.start({ upstreamPort: bench.upstreamPort, nodeArguments: [] });
  } catch (error) {
    return mine.map((workload) => ({ ...about(workload), fault: messageOf(error) }));
  }
  try {
    for (const note of running.notes) plan.onNote(`${contestant.name}: ${note}`);
    const outcomes: Outcome[] = [];
    if (contestant.name !== 'direct') await warm(bench, running).catch(() => undefined);
    for (const workload of mine)
      outcomes.push({ ...about(workload), ...(await runOne(bench, { contestant, running, workload })) });
    return outcomes;
  } finally {
    await running.stop();
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

type Task = { contestant: Contestant; running: Running; workload: Workload };

async function runOne(bench: Bench, task: Task): Promise<{ report?: LoadReport; fault?: string }> {
  const { running, workload } = task;
  try {
    const expectedBytes = await expectedLength(bench, task);
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
    return fault === undefined ? { report } : { report, fault };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}

/** What the upstream itself sends where bytes must be identical; elsewhere what two checked replies agree on. */
async function expectedLength(bench: Bench, { contestant, running, workload }: Task): Promise<number> {
  const bodyFile = bench.payloads[workload.payload];
  const first = await probe(running, bodyFile);
  const isIdentical = contestant.passesThrough && !workload.needsTranslation;
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
