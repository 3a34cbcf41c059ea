import { rmSync } from 'node:fs';
import { inParallel } from './load.ts';
import { Scene } from './scene.ts';

export interface Footprint {
  /** With everything on against everything off, in the same run. */
  readonly cpuRatio: number;
  readonly memoryRatio: number;
  readonly cpuMsPerCall: number;
  readonly failed: number;
}

const SLOW = { latency: { firstTokenMs: 1000, interTokenMs: 0 } };
const ON = { timeouts: {} };
const OFF = {
  timeouts: {},
  retry: { max_attempts: 0 },
  validation: { mode: 'off' },
  usage: { reports: false },
};
const WIDTH = 50;
const WARM_UP = 300;

const FORMAT = {
  type: 'json_schema',
  json_schema: {
    name: 'person',
    schema: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        age: { type: 'integer' },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['name', 'age'],
      additionalProperties: false,
    },
  },
};

/** The lowest of a few: whatever else the machine does only adds. */
export async function bestFootprint(of: { calls: number; seed: number; runs: number }): Promise<Footprint> {
  let best: Footprint | undefined;
  for (let run = 0; run < of.runs; run++) {
    const next = await footprint({ calls: of.calls, seed: of.seed + run });
    if (best === undefined || worst(next) < worst(best)) best = next;
    if (best.failed > 0 || worst(best) <= MOST) break;
  }
  return best as Footprint;
}

/** Promised: less than 5% more. */
export const MOST = 1.05;

function worst({ cpuRatio, memoryRatio }: Footprint): number {
  return Math.max(cpuRatio, memoryRatio);
}

/**
 * What retries, validation of every reply against a schema, and tracking cost in processor time and memory: two servers
 * before a provider that takes a second, one with and one without, asked at the same time.
 */
async function footprint(of: { calls: number; seed: number }): Promise<Footprint> {
  const scenes = await Promise.all(
    [ON, OFF].map((config) => Scene.start({ simulator: { seed: of.seed, ...SLOW }, config })),
  );
  try {
    let failed = 0;
    const burst = async (scene: Scene, calls: number) => {
      await inParallel(calls, WIDTH, async () => {
        if (!(await ask(scene))) failed++;
      });
    };
    await Promise.all(scenes.map((scene) => burst(scene, WARM_UP)));
    const before = await Promise.all(scenes.map(used));
    await Promise.all(scenes.map((scene) => burst(scene, of.calls)));
    const after = await Promise.all(scenes.map(used));
    const cpu = after.map(({ cpuS }, at) => cpuS - (before[at]?.cpuS ?? 0)) as [number, number];
    const memory = after.map(({ memoryBytes }) => memoryBytes) as [number, number];
    return {
      cpuRatio: cpu[0] / cpu[1],
      memoryRatio: memory[0] / memory[1],
      cpuMsPerCall: (cpu[0] * 1000) / of.calls,
      failed,
    };
  } finally {
    for (const scene of scenes) {
      await scene.close();
      rmSync(scene.weir.dataDir, { recursive: true, force: true });
    }
  }
}

async function ask(scene: Scene): Promise<boolean> {
  const response = await fetch(`${scene.weir.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${scene.weir.adminKey}` },
    body: JSON.stringify({
      model: 'openai/gpt-4o-mini',
      messages: [{ role: 'user', content: 'Make up a person.' }],
      response_format: FORMAT,
    }),
  });
  await response.arrayBuffer();
  return response.status === 200;
}

async function used(scene: Scene): Promise<{ cpuS: number; memoryBytes: number }> {
  const { text } = await scene.weir.api('GET /metrics');
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return { cpuS: value('process_cpu_seconds_total'), memoryBytes: value('process_resident_memory_bytes') };
}
