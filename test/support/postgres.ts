import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { pause } from '../../server/src/simulator/pacing.ts';
import { findProgram } from './find-program.ts';

/** A PostgreSQL server of the test's own, on a free port of 127.0.0.1, in a directory that goes with it. */
export interface Postgres {
  readonly port: number;
  /** A new, empty database; gives its URL. */
  database(): Promise<string>;
  /** Ends the server: `crash` kills every process of it as kill -9 does, `stop` lets it write what it has. */
  end(how: 'crash' | 'stop'): Promise<void>;
  /** Starts it again on the same data and the same port; does nothing while it runs. */
  start(): Promise<void>;
  /** SIGSTOP to all of its processes: connections stay open and nothing answers. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

const USER = 'weir';
const START_LIMIT_MS = 30_000;
const NEVER = new AbortController().signal;
const servers = new Set<ChildProcess>();

process.once('exit', function leaveNoServerBehind() {
  for (const server of servers) server.kill('SIGKILL');
});

export async function startPostgres(): Promise<Postgres> {
  const server = new Server(findProgram('postgres') ?? 'postgres', await freePort());
  await server.start();
  return server;
}

class Server implements Postgres {
  readonly port: number;
  readonly #program: string;
  readonly #directory: string;
  readonly #owner: Owner;
  #process: ChildProcess | undefined;
  #databases = 0;

  constructor(program: string, port: number) {
    this.port = port;
    this.#program = program;
    this.#owner = unprivilegedOwner();
    this.#directory = mkdtempSync(join(tmpdir(), 'postgres-'));
    if (this.#owner.uid !== undefined) chownSync(this.#directory, this.#owner.uid, this.#owner.gid ?? 0);
    const initdb = join(dirname(program), 'initdb');
    const options = ['-D', this.#data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
    execFileSync(initdb, options, { ...this.#owner, cwd: this.#directory, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  get #data(): string {
    return join(this.#directory, 'data');
  }

  async database(): Promise<string> {
    const name = `weir_${++this.#databases}`;
    await this.#ask(`create database ${name}`);
    return this.#url(name);
  }

  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    const settings = [
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${this.#directory}`,
      'max_connections=200',
    ];
    const server = spawn(
      this.#program,
      ['-D', this.#data, '-p', String(this.port), ...settings.flatMap((setting) => ['-c', setting])],
      { ...this.#owner, cwd: this.#directory, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#process = server;
    servers.add(server);
    let said = '';
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const until = performance.now() + START_LIMIT_MS;
    for (;;) {
      try {
        await this.#ask('select 1');
        return;
      } catch (error) {
        if (server.exitCode !== null || performance.now() > until) {
          throw new Error(`PostgreSQL does not start: ${said.slice(-2000)}`, { cause: error });
        }
        await pause(50, NEVER);
      }
    }
  }

  async end(how: 'crash' | 'stop'): Promise<void> {
    const server = this.#process;
    if (server === undefined) return;
    this.#process = undefined;
    const gone = once(server, 'exit');
    const children = childrenOf(server.pid);
    // SIGINT is PostgreSQL's fast shutdown: connections are cut, nothing is lost.
    if (how === 'stop') server.kill('SIGINT');
    else for (const id of [server.pid as number, ...children]) killIfThere(id, 'SIGKILL');
    await gone;
    servers.delete(server);
  }

  freeze(): void {
    for (const id of this.#processes()) killIfThere(id, 'SIGSTOP');
  }

  thaw(): void {
    for (const id of this.#processes()) killIfThere(id, 'SIGCONT');
  }

  async remove(): Promise<void> {
    this.thaw();
    await this.end('crash');
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 3 });
  }

  #processes(): number[] {
    const pid = this.#process?.pid;
    return pid === undefined ? [] : [pid, ...childrenOf(pid)];
  }

  #url(database: string): string {
    return `postgres://${USER}@127.0.0.1:${this.port}/${database}`;
  }

  async #ask(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url('postgres'), connectionTimeoutMillis: 5000 });
    client.on('error', () => {});
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root; Debian's package brings a user, and everything has `nobody`. */
function unprivilegedOwner(): Owner {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as.');
}

/** Read from /proc, where that is; elsewhere only the first process is known. */
function childrenOf(pid: number | undefined): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((id) => parentOf(id) === pid);
  } catch {
    return [];
  }
}

function parentOf(id: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${id}/stat`, 'utf8');
    return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function killIfThere(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(id, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
