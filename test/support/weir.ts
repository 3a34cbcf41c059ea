import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface WeirOptions {
  /** The configuration file's YAML; absent: no file. */
  readonly config?: string;
  /** Environment variables; nothing but PATH, HOME and TMPDIR is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where Weir keeps its data; absent: a new directory that goes with the run. */
  readonly dataDir?: string;
  /** Another `bin/weir.js` than this tree's, which runs from the sources. */
  readonly program?: string;
  /** More arguments of `weir serve`. */
  readonly args?: readonly string[];
}

export interface ApiReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read replies of every shape
  readonly json: any;
}

/** A running server, as a user starts it: `weir serve` in a process of its own. */
export interface RunningWeir {
  /** Origin without a trailing slash. */
  readonly url: string;
  readonly adminKey: string;
  readonly dataDir: string;
  readonly pid: number;
  /** `api('GET /healthz')`: a request with the admin key; `headers` may replace it. A string body goes as it is. */
  api(request: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiReply>;
  /** A new Weir key, made through the management API. */
  key(body?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Everything it wrote to stdout and stderr. */
  log(): string;
  /** SIGTERM; resolves when the process is gone. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  kill9(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../server/bin/weir.js', import.meta.url));
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;
const INHERITED = ['PATH', 'HOME', 'TMPDIR'];
export const TEST_ADMIN_KEY = 'weir-test-admin-key-000000000000';

const running = new Set<ChildProcess>();
const directories: string[] = [];

process.once('exit', function leaveNothingBehind() {
  for (const child of running) child.kill('SIGKILL');
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** Starts `weir serve` on a free port of 127.0.0.1 and waits until it listens. */
export async function startWeir(options: WeirOptions = {}): Promise<RunningWeir> {
  const dataDir = options.dataDir ?? newDataDir();
  const adminKey = options.env?.WEIR_ADMIN_KEY ?? TEST_ADMIN_KEY;
  const program = options.program ?? PROGRAM;
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', ...argumentsOf(options, dataDir)], {
    env: { ...inherited(), WEIR_ADMIN_KEY: adminKey, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const output = new Output(child);
  const url = await output.listening();
  const api = requester(url, adminKey);
  return {
    url,
    adminKey,
    dataDir,
    pid: child.pid as number,
    api,
    async key(body = {}) {
      const reply = await api('POST /api/v1/keys', { name: 'test', ...body });
      if (reply.status !== 201) throw new Error(`no key: ${reply.status} ${reply.text.slice(0, 300)}`);
      return reply.json.key;
    },
    log: () => output.text,
    stop: () => end(child, 'SIGTERM'),
    kill9: () => end(child, 'SIGKILL'),
  };
}

/** Kept until this process ends, so that another Weir can be started on it. */
function newDataDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'weir-data-'));
  directories.push(directory);
  return directory;
}

function argumentsOf(options: WeirOptions, dataDir: string): string[] {
  const common = ['--data-dir', dataDir, ...(options.args ?? [])];
  if (options.config === undefined) return common;
  const file = join(dataDir, 'test-weir.yaml');
  writeFileSync(file, options.config);
  return [...common, '--config', file];
}

function inherited(): Record<string, string> {
  return Object.fromEntries(INHERITED.map((name) => [name, process.env[name] ?? '']).filter(([, value]) => value));
}

/** What the process wrote, and the address once it says so. */
class Output {
  text = '';
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => this.#add(piece));
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => this.#add(piece));
  }

  listening(): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timer);
        reject(new Error(`weir ${why}: ${this.text.slice(-2000)}`));
      };
      const timer = setTimeout(() => {
        this.#child.kill('SIGKILL');
        fail(`did not listen within ${START_LIMIT_MS} ms`);
      }, START_LIMIT_MS);
      this.#child.once('error', (error) => fail(`did not start (${error.message})`));
      this.#child.once('close', (code) => fail(`ended with code ${code} before it listened`));
      this.#child.stdout?.on('data', () => {
        const url = /^weir listening on (http\S+)$/m.exec(this.text)?.[1];
        if (url === undefined) return;
        clearTimeout(timer);
        resolve(url.replace(/\/$/, ''));
      });
    });
  }

  #add(piece: string): void {
    this.text += piece;
  }
}

function requester(url: string, adminKey: string): RunningWeir['api'] {
  return async (request, body, headers = {}) => {
    const [method = '', path = ''] = request.split(' ', 2);
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** SIGTERM turns into SIGKILL when the process will not go. */
async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await gone;
  clearTimeout(timer);
}
