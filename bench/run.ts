// The benchmark: node bench/run.ts [--quick] [--memory] [--repeats 3] [--only small,stream] [--skip portkey] [--json FILE] [--tools node]
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { contestants } from './contestants/all.ts';
import type { Contestant } from './contestants/contestant.ts';
import { startMock } from './harness/mock.ts';
import { lastResultFile } from './harness/paths.ts';
import { writePayloads } from './harness/payloads.ts';
import { raisePriority } from './harness/pin.ts';
import { stop } from './harness/processes.ts';
import { buildTools, type Tools } from './harness/tools.ts';
import { measureRepeat, type Outcome } from './measure.ts';
import { type MemoryFigure, measureMemory } from './memory.ts';
import { ratiosOf } from './report/ratios.ts';
import type { BenchResult } from './report/result.ts';
import { renderResult } from './report/table.ts';
import { type Workload, workloads } from './workloads.ts';

/** Time between two chunks of a stream: about a hundred tokens a second. */
const gapUs = 10_000;

type Options = {
  quick: boolean;
  memory: boolean;
  repeats: number;
  only: string[];
  skip: string[];
  json: string;
  tools: Tools['kind'];
};

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
      repeats: { type: 'string' },
      only: { type: 'string', default: '' },
      skip: { type: 'string', default: '' },
      json: { type: 'string', default: lastResultFile },
      tools: { type: 'string', default: 'native' },
    },
  });
  const only = split(values.only);
  const unknown = only.filter((name) => !workloads.some((workload) => workload.name === name));
  if (unknown.length > 0)
    throw new Error(`no workload ${unknown}; there are ${workloads.map((w) => w.name).join(', ')}`);
  const strangers = split(values.skip).filter((name) => !contestants.some((contestant) => contestant.name === name));
  if (strangers.length > 0)
    throw new Error(`no contestant ${strangers}; there are ${contestants.map((c) => c.name).join(', ')}`);
  const repeats = Number(values.repeats ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(repeats) || repeats < 1) throw new Error('--repeats takes a whole number from 1 on');
  const tools = values.tools;
  if (tools !== 'native' && tools !== 'node') throw new Error('--tools takes native or node');
  return { ...values, tools, repeats, only, skip: split(values.skip) };
}

function split(list: string): string[] {
  return list.split(',').filter((name) => name !== '');
}

/** Quick runs are for development: bare and Weir only, small replies and streams, shorter windows. */
function plannedWorkloads(options: Options): Workload[] {
  if (options.memory) return [];
  const quick = ['small', 'stream'];
  const defaults = workloads.filter(({ onDemand }) => !onDemand).map(({ name }) => name);
  const chosen = options.only.length > 0 ? options.only : options.quick ? quick : defaults;
  const planned = workloads.filter(({ name }) => chosen.includes(name));
  return options.quick
    ? planned.map((workload) => ({ ...workload, seconds: Math.min(workload.seconds, 2.5) }))
    : planned;
}

function plannedContestants(options: Options): { run: Contestant[]; skipped: Record<string, string> } {
  const skipped: Record<string, string> = {};
  const run: Contestant[] = [];
  for (const contestant of contestants) {
    if (options.quick && contestant.name !== 'bare' && contestant.name !== 'weir') continue;
    const reason = options.skip.includes(contestant.name) ? 'asked for' : contestant.unavailable();
    if (reason === undefined) run.push(contestant);
    else skipped[contestant.name] = reason;
  }
  return { run, skipped };
}

async function main(): Promise<number> {
  const options = readOptions();
  raisePriority();
  const tools = buildTools(options.tools);
  const payloads = writePayloads();
  const planned = plannedWorkloads(options);
  const { run, skipped } = plannedContestants(options);
  const notes = new Set<string>();
  const outcomes: Outcome[] = [];
  if (planned.length > 0) {
    const mock = await startMock(tools, { gapUs });
    const bench = { tools, payloads, upstreamPort: mock.port };
    try {
      for (let repeat = 1; repeat <= options.repeats; repeat++) {
        const onProgress = (what: string): void =>
          console.error(`bench: repeat ${repeat} of ${options.repeats}, ${what}`);
        const onNote = (note: string) => notes.add(note);
        const plan = { contestants: run, workloads: planned, repeat, onNote, onProgress };
        outcomes.push(...(await measureRepeat(bench, plan)));
      }
    } finally {
      await stop(mock.process);
    }
  }
  const isFull = !options.quick && options.only.length === 0;
  if (isFull) console.error('bench: memory of open streams');
  const memory = isFull ? await measureMemory(tools, payloads, options.skip) : [];
  const result: BenchResult = {
    at: new Date().toISOString(),
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, tools: tools.kind },
    repeats: options.repeats,
    quick: options.quick,
    outcomes,
    memory,
    skipped,
    notes: [...notes],
    ratios: { ...ratiosOf(outcomes), ...memoryRatio(memory) },
  };
  mkdirSync(dirname(options.json), { recursive: true });
  writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  console.log(renderResult(result, workloads));
  console.error(`bench: figures in ${options.json}`);
  const ownFaults = outcomes.some(({ contestant, fault }) => contestant === 'weir' && fault !== undefined);
  return ownFaults ? 1 : 0;
}

function memoryRatio(memory: readonly MemoryFigure[]): BenchResult['ratios'] {
  const figure = memory.find(({ contestant, fault }) => contestant === 'weir' && fault === undefined);
  if (!figure) return {};
  const { growthMb } = figure;
  return { memoryMbPerThousandStreams: { median: growthMb, min: growthMb, max: growthMb } };
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
