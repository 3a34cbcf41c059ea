import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface FinishedCommand {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PROGRAM = fileURLToPath(new URL('../../server/bin/weir.js', import.meta.url));
const INHERITED = ['PATH', 'HOME', 'TMPDIR'];

/** Runs one command line of `weir` to its end, in a process of its own that inherits no settings. */
export async function runWeir(
  args: readonly string[],
  of: {
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string;
    /** Where `weir.yaml` and `.weir` would be; default the run's temporary directory. */
    readonly cwd?: string;
  } = {},
): Promise<FinishedCommand> {
  const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: of.cwd ?? tmpdir(),
    env: { ...Object.fromEntries(inherited), ...of.env },
    timeout: 60_000,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end(of.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
