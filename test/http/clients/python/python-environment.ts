import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../../support/find-program.ts';

/** A Python with the newest official libraries, or why there is none. */
export type PythonEnvironment = { readonly python: string } | { readonly missing: string };

const run = promisify(execFile);

/** Makes a virtual environment in a temporary folder and installs the libraries there from the package registry. */
export async function pythonEnvironment(...libraries: readonly string[]): Promise<PythonEnvironment> {
  const python = findProgram('python');
  if (python === undefined) return { missing: 'python3 is not installed' };
  const directory = mkdtempSync(join(tmpdir(), 'python-'));
  const own = join(directory, 'bin', 'python');
  return (
    (await failure('python3 cannot make a virtual environment', python, ['-m', 'venv', directory])) ??
    (await failure('pip cannot install the libraries', own, [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1'],
      ...libraries,
    ])) ?? { python: own }
  );
}

async function failure(
  what: string,
  program: string,
  args: readonly string[],
): Promise<{ missing: string } | undefined> {
  try {
    await run(program, args, { timeout: 120_000 });
    return undefined;
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error).trim();
    return { missing: `${what}: ${said.split('\n').at(-1)?.slice(0, 200)}` };
  }
}
