import { setTimeout as sleep } from 'node:timers/promises';
import { contestants } from './contestants/all.ts';
import type { Contestant, Running } from './contestants/contestant.ts';
import { faultOf, generateLoad } from './harness/load.ts';
import { startMock } from './harness/mock.ts';
import type { PayloadFiles } from './harness/payloads.ts';
import { residentKb } from './harness/process-clock.ts';
import { stop } from './harness/processes.ts';
import type { Tools } from './harness/tools.ts';

/** Resident memory of a contestant before and while a thousand slow streams are open. */
export type MemoryFigure = {
  contestant: string;
  beforeMb: number;
  /** The highest of the samples taken while all streams were open. */
  openMb: number;
  growthMb: number;
  /** Why the figure does not count. */
  fault?: string;
};

const openStreams = 1_000;
/** Slow streams of eight seconds: 40 chunks, one each 200 ms. */
const chunks = 40;
const gapUs = 200_000;
/** Looked at while all are open; the load goes on until each has come to its end. */
const watchedMs = 7_000;
const loadSeconds = 11;
const measured = ['nginx', 'bare', 'weir'];

/** Runs the contestants one after the other; those that cannot run here are left out. */
export async function measureMemory(
  tools: Tools,
  payloads: PayloadFiles,
  skip: readonly string[],
): Promise<MemoryFigure[]> {
  const mock = await startMock(tools, { gapUs, chunks });
  try {
    const figures: MemoryFigure[] = [];
    for (const contestant of contestants) {
      if (!measured.includes(contestant.name) || skip.includes(contestant.name) || contestant.unavailable()) continue;
      figures.push(await measureOne({ tools, payloads, upstreamPort: mock.port, contestant }));
    }
    return figures;
  } finally {
    await stop(mock.process);
  }
}

type Task = { tools: Tools; payloads: PayloadFiles; upstreamPort: number; contestant: Contestant };

async function measureOne(task: Task): Promise<MemoryFigure> {
  const { contestant, upstreamPort } = task;
  let running: Running | undefined;
  try {
    running = await contestant.start({ upstreamPort, nodeArguments: [] });
    return await watch(task, running);
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return { contestant: contestant.name, beforeMb: 0, openMb: 0, growthMb: 0, fault };
  } finally {
    await running?.stop();
  }
}

async function watch({ tools, payloads, contestant }: Task, running: Running): Promise<MemoryFigure> {
  const warm = { connections: 32, rate: 0, warmSeconds: 0, seconds: 2 };
  await generateLoad(tools, { ...running, ...warm, bodyFile: payloads.small });
  await sleep(500);
  const beforeMb = residentKb(running.pids) / 1024;
  const load = generateLoad(tools, {
    ...running,
    bodyFile: payloads.stream,
    connections: openStreams,
    rate: 0,
    warmSeconds: 0,
    seconds: loadSeconds,
  });
  let openMb = 0;
  for (const end = performance.now() + watchedMs; performance.now() < end; ) {
    await sleep(500);
    openMb = Math.max(openMb, residentKb(running.pids) / 1024);
  }
  const report = await load;
  // A gateway that queues streams instead of opening them would look frugal: each must have come to its end.
  const unfinished = report.requests < openStreams ? `only ${report.requests} streams were complete` : undefined;
  const fault = faultOf(report) ?? unfinished;
  const figure = { contestant: contestant.name, beforeMb, openMb, growthMb: openMb - beforeMb };
  return fault === undefined ? figure : { ...figure, fault };
}
