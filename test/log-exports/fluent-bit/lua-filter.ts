import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram } from '../../support/find-program.ts';
import { RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';

export type FluentRecord = Readonly<Record<string, unknown>>;

/**
 * Runs a script in LuaJIT, which is what Fluent Bit has inside. Answers a record as it leaves the filter, or undefined
 * where the callback dropped it (code -1). A script that fails is an error here; Fluent Bit would pass the whole chunk
 * untouched.
 */
export function runLuaFilter(
  script: { readonly code: string; readonly call: string; readonly tag: string; readonly seed: number },
  records: readonly { readonly record: FluentRecord; readonly timestamp: number }[],
): (FluentRecord | undefined)[] {
  const { code, call, tag, seed } = script;
  const input = [code, call, tag, seed, ...records.flatMap(({ record, timestamp }) => [record, timestamp])];
  const { status, stdout, stderr, error } = spawnSync(
    findProgram('luajit') ?? 'luajit',
    [join(import.meta.dirname, 'harness.lua')],
    {
      input: Buffer.concat(input.map((value) => Buffer.from(encode(value), 'latin1'))),
      maxBuffer: 2 ** 30,
    },
  );
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new RefusedConfiguration('Fluent Bit', `the script fails: ${stderr.toString().trim().split('\n')[0]}`);
  const reader = new Reader(stdout.toString('latin1'));
  return records.map(({ record }) => settle(reader.value(), reader.value(), record));
}

function settle(code: unknown, changed: unknown, original: FluentRecord): FluentRecord | undefined {
  if (code === -1) return undefined;
  // Any other code but 1 and 2, also none at all, keeps the record as it was.
  if (code !== 1 && code !== 2) return original;
  if (typeof changed !== 'object' || changed === null || Object.keys(changed).length === 0) {
    throw new RefusedConfiguration('Fluent Bit', 'the callback returned no table with its code 1 or 2');
  }
  if (Object.hasOwn(changed, '1')) throw new UnsupportedConstruct('Fluent Bit', 'splitting a record in Lua');
  return changed as FluentRecord;
}

/** As bytes, one per character. */
function encode(value: unknown): string {
  if (value === null || value === undefined) return 'z';
  if (typeof value === 'boolean') return value ? 'b1' : 'b0';
  if (typeof value === 'number') return `n${value}\n`;
  if (typeof value === 'string') {
    const bytes = Buffer.from(value).toString('latin1');
    return `s${bytes.length}\n${bytes}`;
  }
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index + 1, item])
    : Object.entries(value as object);
  const present = entries.filter(([, inner]) => inner !== null && inner !== undefined);
  return `t${present.length}\n${present.map(([key, inner]) => encode(key) + encode(inner)).join('')}`;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): unknown {
    const kind = this.#text[this.#at++];
    if (kind === 'z') return null;
    if (kind === 'b') return this.#text[this.#at++] === '1';
    const number = Number(this.#line());
    if (kind === 'n') return number;
    if (kind === 's') {
      this.#at += number;
      return Buffer.from(this.#text.slice(this.#at - number, this.#at), 'latin1').toString();
    }
    return Object.fromEntries(Array.from({ length: number }, () => [this.value() as string, this.value()]));
  }

  #line(): string {
    const end = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return line;
  }
}
