import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildFolder } from './paths.ts';
import { pinned } from './pin.ts';
import type { Command } from './tools.ts';

export type StartOptions = {
  /** Names the log file that takes stderr, and stdout when `ready` is absent. */
  name: string;
  core: number;
  env?: Record<string, string>;
  cwd?: string;
  /** Resolves when stdout matches; the first group is the address. */
  ready?: RegExp;
};

export type Started = {
  child: ChildProcess;
  pid: number /** First group of `ready`, empty without one. */;
  address: string;
};

/** Starts one process on its core and waits for its ready line. */
export async function start(command: Command, options: StartOptions): Promise<Started> {
  const [program, ...args] = pinned(options.core, command);
  const log = openSync(join(buildFolder('logs'), `${options.name}.log`), 'w');
  const child = spawn(program, args, {
    stdio: ['ignore', options.ready ? 'pipe' : log, log],
    env: { ...cleanEnvironment(), NODE_ENV: 'production', ...options.env },
    cwd: options.cwd ?? process.cwd(),
  });
  const failed = once(child, 'error').then(([error]) => Promise.reject(error));
  await Promise.race([once(child, 'spawn'), failed]);
  failed.catch(() => undefined);
  const address = options.ready ? await readyLine(child, options.ready, options.name) : '';
  return { child, pid: child.pid ?? 0, address };
}

async function readyLine(child: ChildProcess, ready: RegExp, name: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    let seen = '';
    const giveUp = setTimeout(() => fail('was not ready after 30 s'), 30_000);
    const fail = (what: string): void => {
      clearTimeout(giveUp);
      child.kill('SIGKILL');
      reject(new Error(`${name} ${what}; see .bench/logs/${name}.log`));
    };
    child.once('exit', (code) => fail(`ended with ${code} before it was ready`));
    child.stdout?.on('data', (bytes: Buffer) => {
      if (seen.length > 100_000) return;
      seen += bytes.toString();
      const match = ready.exec(seen);
      if (!match) return;
      clearTimeout(giveUp);
      child.removeAllListeners('exit');
      resolve(match[1] ?? '');
    });
  });
}

/** Provider keys and settings of the person who runs the bench must not reach a contestant. */
function cleanEnvironment(): Record<string, string> {
  const private_ = /^(OPENAI|ANTHROPIC|GROQ|HF_|LLM_|WEIR_|NODE_OPTIONS|DATABASE_URL|REDIS_URL|CLICKHOUSE_URL|PORT$)/;
  const entries = Object.entries(process.env).filter(([name]) => !private_.test(name));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Asks a process and its children to end, and ends them after five seconds. */
export async function stop(started: Started): Promise<void> {
  const { child } = started;
  const all = processTree(started.pid);
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([gone, sleep(5_000, undefined, { ref: false })]);
  }
  for (const pid of all) signalQuietly(pid, 'SIGKILL');
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has already ended.
  }
}

/** A process and everything below it; only itself where there is no `/proc`. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  try {
    for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) readParent(Number(name), parents);
  } catch {
    return [root];
  }
  const tree = [root];
  for (let i = 0; i < tree.length; i++) {
    for (const [pid, parent] of parents) if (parent === tree[i]) tree.push(pid);
  }
  return tree;
}

function readParent(pid: number, parents: Map<number, number>): void {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  } catch {
    // It ended while we looked.
  }
}

/** A port that was free a moment ago, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Waits until something accepts connections on the port. */
export async function accepting(port: number, name: string): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isUp) return;
    await sleep(100);
  }
  throw new Error(`${name} did not listen on port ${port}; see .bench/logs/${name}.log`);
}
