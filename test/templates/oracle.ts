import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Spacing } from '../../server/src/templates/syntax/split-template.ts';
import { findProgram } from '../support/find-program.ts';

/** One template with all that decides what it renders to. */
export interface TemplateCase extends Spacing {
  readonly source: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly partials?: Readonly<Record<string, string>>;
}

/** What Python's Jinja2 made of it. */
export type OracleAnswer = { readonly text: string } | { readonly error: string };

const TIMEOUT_MS = 120_000;
const MAX_BUFFER = 1 << 29;

/** Renders templates with Python's Jinja2; `requires('jinja2')` says whether there is one. */
export function askOracle(cases: readonly TemplateCase[]): OracleAnswer[] {
  const python = findProgram('jinja2');
  if (python === undefined) throw new Error('there is no Python with Jinja2 (Debian: python3-jinja2)');
  const program = join(import.meta.dirname, 'oracle.py');
  const input = cases.map((one) => `${JSON.stringify(one)}\n`).join('');
  const { status, stdout, stderr } = spawnSync(python, [program], {
    input,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_BUFFER,
  });
  const answers = stdout.trimEnd().split('\n');
  if (status !== 0 || answers.length !== cases.length) {
    throw new Error(
      `the oracle ended with ${status} after ${answers.length} of ${cases.length}: ${stderr.slice(-500)}`,
    );
  }
  return answers.map((line) => JSON.parse(line) as OracleAnswer);
}
