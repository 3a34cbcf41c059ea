import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const FILES = ['injections.jsonl', 'benign.jsonl', 'pii.jsonl'];

/** The folder of `--data DIR`; says what is missing and makes the process fail when it is not there. */
export function dataDirectory(program: string): string | undefined {
  const { data } = parseArgs({ options: { data: { type: 'string' } }, strict: false }).values;
  if (typeof data !== 'string')
    return refuse(`${program} needs --data DIR: a folder with ${FILES.join(', ')}. Nothing was measured.`);
  const missing = FILES.filter((name) => !existsSync(join(data, name)));
  if (missing.length > 0) return refuse(`${program}: ${data} has no ${missing.join(', no ')}. Nothing was measured.`);
  return data;
}

function refuse(reason: string): undefined {
  console.error(reason);
  process.exitCode = 1;
  return undefined;
}
