import { spawnSync } from 'node:child_process';
import { availableParallelism, setPriority } from 'node:os';
import type { Command } from './tools.ts';

/** The gateway has core 1 for itself; the mock and the generator share core 0. */
export const gatewayCore = 1;
export const toolsCore = 0;

const canPin = availableParallelism() >= 2 && spawnSync('taskset', ['--version']).status === 0;

/** The same command held on one core, or unchanged where `taskset` is missing. */
export function pinned(core: number, command: Command): Command {
  return canPin ? ['taskset', '-c', String(core), ...command] : command;
}

/** Asks for a higher priority for everything this run starts; without the right to do so nothing changes. */
export function raisePriority(): void {
  try {
    setPriority(0, -10);
  } catch {
    // Not permitted: the figures are a little noisier, the ratios hold.
  }
}
