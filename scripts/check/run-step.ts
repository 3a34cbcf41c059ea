import { spawn } from 'node:child_process';

export interface Step {
  readonly name: string;
  /** A script and its arguments, run by this Node in the directory of the caller's choice. */
  readonly command: readonly string[];
  /** Reads from the output how many files the tool looked at; zero is a failure whatever the tool says. */
  countFiles(output: string): number;
  /** When the output is worth reading: a table always, complaints only when there are any. */
  readonly show: 'always' | 'on failure';
}

export interface Outcome {
  readonly step: Step;
  /** Both streams, in the order they arrived. */
  readonly output: string;
  /** Why the step failed; undefined when it passed. */
  readonly problem: string | undefined;
  readonly milliseconds: number;
}

/** Runs one tool to its end. */
export function runStep(step: Step, directory: string): Promise<Outcome> {
  const begin = performance.now();
  const child = spawn(process.execPath, [...step.command], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (text: string) => {
    output += text;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      const problem = findProblem(status, step.countFiles(output));
      resolve({ step, output, problem, milliseconds: performance.now() - begin });
    });
  });
}

function findProblem(status: number | null, files: number): string | undefined {
  if (status !== 0) return status === null ? 'was killed' : `exit code ${status}`;
  return files === 0 ? 'looked at zero files' : undefined;
}
