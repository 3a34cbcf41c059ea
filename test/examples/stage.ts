import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Simulator, startSimulator } from '../../server/src/simulator/server.ts';
import { simulatorProviders } from '../../server/src/simulator/simulator-providers.ts';
import { type RunningWeir, startWeir } from '../support/weir.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Weir before simulated providers, and the environment a reader of the documentation would have. */
export interface ExampleStage {
  readonly weir: RunningWeir;
  readonly simulator: Simulator;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startStage(config?: string): Promise<ExampleStage> {
  const simulator = await startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 0 } });
  const weir = await startWeir({
    ...(config === undefined ? {} : { config }),
    env: { ...simulatorProviders(simulator.url) },
  });
  return {
    weir,
    simulator,
    env: {
      PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`,
      HOME: process.env.HOME ?? '/',
      GROQ_API_KEY: 'gsk_the-servers-own-key',
      WEIR_URL: weir.url,
      WEIR_ADMIN_KEY: weir.adminKey,
      WEIR_KEY: await weir.key({ name: 'reader' }),
    },
    async close() {
      await weir.stop();
      await simulator.close();
    },
  };
}

export interface Ran {
  readonly code: number | null;
  /** What it wrote, both streams in one. */
  readonly output: string;
}

export async function run(
  command: readonly [string, ...string[]],
  of: { readonly env: Readonly<Record<string, string>>; readonly cwd?: string },
): Promise<Ran> {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: of.cwd ?? ROOT,
    env: of.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let output = '';
  const take = (text: string) => {
    output += text;
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
