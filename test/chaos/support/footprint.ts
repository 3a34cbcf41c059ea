import { rmSync } from 'node:fs';
import { buildWeir } from '../../support/built-weir.ts';
import { inParallel, quantile } from './load.ts';
import { Scene } from './scene.ts';

export interface Footprint {
  /** With everything on against everything off: the median of the blocks of one run. */
  readonly cpuRatio: number;
  /** The median is at least this, with a chance of error of 2%: what a busy machine adds is not taken for what the features take. */
  readonly cpuRatioAtLeast: number;
  readonly memoryRatio: number;
  readonly cpuMsPerCall: number;
  readonly failed: number;
  /** What the first failed call was told. */
  readonly problem: string | undefined;
}

const SLOW = { latency: { firstTokenMs: 1000, interTokenMs: 0 } };
const ON = { timeouts: {} };
const OFF = {
  timeouts: {},
  retry: { max_attempts: 0 },
  validation: { mode: 'off' },
  usage: { reports: false },
};
const WIDTH = 100;
const WARM_UP = 600;
/** One that falls on a rest of the garbage collector, or on another's work, decides nothing. */
const BLOCKS = 9;
/** Of nine values the second least is above the true median in 10 of 512 cases (interval of a median by order statistics). */
const LOWER_BOUND_AT = 1;

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

/** Promised: less than 5% more. */
export const MOST = 1.05;

/**
 * What retries, validation of every reply against a schema, and tracking cost in processor time and memory: two servers
 * before a provider that takes a second, one with and one without, asked at the same time, block after block.
 */
export async function footprint(of: { calls: number; seed: number }): Promise<Footprint> {
  const { program, remove } = buildWeir();
  const scenes = await Promise.all(
    [ON, OFF].map((config) => Scene.start({ simulator: { seed: of.seed, ...SLOW }, config, program })),
  );
  const inBlock = Math.ceil(of.calls / BLOCKS);
  let failed = 0;
  let problem: string | undefined;
  const burst = async (scene: Scene, calls: number): Promise<Use> => {
    const before = await used(scene);
    await inParallel(calls, WIDTH, async () => {
      const told = await ask(scene);
      if (told === undefined) return;
      failed++;
      problem ??= told;
    });
    const after = await used(scene);
    return { cpuS: after.cpuS - before.cpuS, memoryBytes: after.memoryBytes };
  };
  try {
    await Promise.all(scenes.map((scene) => burst(scene, WARM_UP)));
    const blocks: [Use, Use][] = [];
    for (let at = 0; at < BLOCKS; at++) {
      blocks.push((await Promise.all(scenes.map((scene) => burst(scene, inBlock)))) as [Use, Use]);
    }
    const median = (figure: (block: [Use, Use]) => number) => quantile(blocks.map(figure), 0.5);
    const cpuRatios = blocks.map(([on, off]) => on.cpuS / off.cpuS).sort((a, b) => a - b);
    return {
      cpuRatio: quantile(cpuRatios, 0.5),
      cpuRatioAtLeast: cpuRatios[LOWER_BOUND_AT] ?? Number.NaN,
      memoryRatio: median(([on, off]) => on.memoryBytes / off.memoryBytes),
      cpuMsPerCall: median(([on]) => (on.cpuS * 1000) / inBlock),
      failed,
      problem,
    };
  } finally {
    for (const scene of scenes) {
      await scene.close();
      rmSync(scene.weir.dataDir, { recursive: true, force: true });
    }
    remove();
  }
}

interface Use {
  readonly cpuS: number;
  readonly memoryBytes: number;
}

/** Undefined when the call succeeded. */
async function ask(scene: Scene): Promise<string | undefined> {
  const response = await fetch(`${scene.weir.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${scene.weir.adminKey}` },
    body: JSON.stringify({
      model: 'openai/gpt-4o-mini',
      messages: [{ role: 'user', content: 'Make up a person.' }],
      response_format: FORMAT,
    }),
  });
  const text = await response.text();
  return response.status === 200 ? undefined : `${response.status} ${text.slice(0, 300)}`;
}

async function used(scene: Scene): Promise<Use> {
  const { text } = await scene.weir.api('GET /metrics');
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return { cpuS: value('process_cpu_seconds_total'), memoryBytes: value('process_resident_memory_bytes') };
}
