import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CommandFailure } from '../../cli/usage-error.ts';

/** A `weir` process of ours. */
export interface ChildServer {
  /** The address it printed. */
  readonly url: string;
  readonly pid: number;
  /** What it wrote to stderr lately. */
  log(): string;
  /** SIGTERM, and SIGKILL when that is not enough; resolves when it is gone. */
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../../bin/weir.js', import.meta.url));
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 5000;
const KEPT_LOG = 20_000;

/** Starts `weir ARGS` as a user would and waits for its line "... listening on URL". */
export async function startChild(of: {
  args: readonly string[];
  environment: Readonly<Record<string, string>>;
  directory: string;
}): Promise<ChildServer> {
  const child = spawn(process.execPath, [PROGRAM, ...of.args], {
    cwd: of.directory,
    env: of.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      process.off('exit', killNow);
      resolve();
    });
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-KEPT_LOG);
  });
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new CommandFailure(`"weir ${of.args[0]}" ${why}.\n${log}`.trimEnd()));
    };
    const timer = setTimeout(() => fail(`was not ready within ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const found = /listening on (http:\S+)\n/.exec(out)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
    child.once('error', (error) => fail(`did not start (${error.message})`));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
  return {
    url,
    pid: child.pid ?? 0,
    log: () => log,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(killNow, STOP_LIMIT_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}
