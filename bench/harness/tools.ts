import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { benchRoot, buildFolder } from './paths.ts';

export type Command = readonly [string, ...string[]];

/** The two programs around a gateway: the mock upstream behind it and the load generator in front of it. */
export type Tools = {
  /** `node` = no C compiler (or no epoll) here: the TypeScript versions stand in and their own cost is much higher. */
  kind: 'native' | 'node';
  mock: Command;
  loadgen: Command;
};

const nodeTools: Tools = { kind: 'node', mock: runWithNode('mock'), loadgen: runWithNode('loadgen') };

/** Compiles the C tools when there is a compiler, once per change of their sources. */
export function buildTools(preferred: Tools['kind']): Tools {
  if (preferred === 'node') return nodeTools;
  try {
    return { kind: 'native', mock: [compile('mock')], loadgen: [compile('loadgen')] };
  } catch (error) {
    console.error(`bench: the C tools do not compile here (${firstLine(error)}); using the slower Node versions`);
    return nodeTools;
  }
}

function compile(name: string): string {
  const source = join(benchRoot, 'native', `${name}.c`);
  const program = join(buildFolder('native'), name);
  const isFresh = existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs;
  if (!isFresh) execFileSync('cc', ['-O2', '-o', program, source], { stdio: ['ignore', 'ignore', 'pipe'] });
  return program;
}

function runWithNode(name: string): Command {
  return [process.execPath, join(benchRoot, 'fallback', `${name}.ts`)];
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}
