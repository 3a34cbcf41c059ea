import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Redis } from 'ioredis';
import { findProgram } from './find-program.ts';

/** A Redis of a test's own, without files. */
export interface OwnRedis {
  readonly url: string;
  /** The process is killed: all data is gone. */
  kill(): Promise<void>;
  /** Stops answering without closing connections, until `resume`. */
  pause(): void;
  resume(): void;
  /** Another process on the same port, empty. */
  start(): Promise<void>;
  /** Names of keys that match, and a command as somebody at the console would send it. */
  keys(pattern: string): Promise<string[]>;
  command(name: string): Promise<unknown>;
  close(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export async function startRedis(): Promise<OwnRedis> {
  const program = findProgram('redis');
  if (program === undefined) throw new Error('redis is not installed');
  const port = await freePort();
  let child = await spawnRedis(program, port);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const url = `redis://127.0.0.1:${port}`;
  const ask = async <T>(question: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(url);
    try {
      return await question(client);
    } finally {
      client.disconnect();
    }
  };
  return {
    url,
    keys: (pattern) => ask((client) => client.keys(pattern)),
    command: (name) => ask((client) => client.call(name)),
    kill,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async start() {
      child = await spawnRedis(program, port);
    },
    close: kill,
  };
}

async function spawnRedis(program: string, port: number): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.once('exit', (code) => reject(new Error(`redis ended with ${code}: ${said.slice(-500)}`)));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Ready to accept connections')) resolve();
    });
  });
  return child;
}

/** Free when asked; a test that loses it fails to start and says so. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
