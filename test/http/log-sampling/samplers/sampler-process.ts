import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface SamplerAnswer {
  /** What is written on each line that was decided; null: dropped. */
  readonly stamps: readonly (Readonly<Record<string, unknown>> | null)[];
  readonly seen: number;
  readonly kept: number;
  /** Of the policy that decides; 0: none. */
  readonly version: number;
}

/** A sampler in a process of its own. */
export interface SamplerProcess {
  readonly name: string;
  /** `luck` is what chance gives from now on: a line is kept when it is at least 1 - rate. */
  ask(order: { luck?: number; decide?: readonly (readonly [string, string])[]; flush?: true }): Promise<SamplerAnswer>;
  stop(): Promise<void>;
}

const HERE = import.meta.dirname;
const PYTHON = join(HERE, '../../../../python');

export function startSampler(
  language: 'node' | 'python',
  of: { url: string; key: string; service: string },
): SamplerProcess {
  const [program, file] =
    language === 'node' ? [process.execPath, 'node-sampler.ts'] : ['python3', 'python_sampler.py'];
  const env = { PATH: process.env.PATH ?? '', PYTHONPATH: PYTHON, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(program, [join(HERE, file)], {
    env: { ...env, WEIR_URL: of.url, WEIR_API_KEY: of.key, WEIR_SERVICE: of.service },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    name: language,
    async ask(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`the sampler in ${language} ended`);
      return JSON.parse(value) as SamplerAnswer;
    },
    async stop() {
      child.stdin.end();
      await gone;
    },
  };
}
