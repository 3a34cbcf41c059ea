import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plantTree } from '../support/plant-tree.ts';

const ROOT = join(import.meta.dirname, '../..');
const CONFIGURATION = readFileSync(join(ROOT, 'biome.json'), 'utf8');

/** Lints planted files with the configuration of the house. */
function lint(files: Readonly<Record<string, string>>) {
  const directory = plantTree({ '.gitignore': 'dist/\n', 'biome.json': CONFIGURATION, ...files });
  const { stdout, stderr, status } = spawnSync(
    join(ROOT, 'node_modules/.bin/biome'),
    ['lint', '--error-on-warnings', 'server'],
    { encoding: 'utf8', cwd: directory },
  );
  return { output: stdout + stderr, status };
}

describe('the lint rules', () => {
  test('let good code pass', () => {
    expect(lint({ 'server/src/kernel/id.ts': 'export const id = 1;\n' })).toMatchObject({ status: 0 });
  });

  test.each([
    {
      rule: 'lint/nursery/noFloatingPromises',
      file: 'server/src/kernel/a.ts',
      text: 'async function save(): Promise<void> {}\nexport function run(): void {\n  save();\n}\n',
    },
    {
      rule: 'lint/style/noProcessEnv',
      file: 'server/src/gateway/a.ts',
      text: 'export const port = process.env.PORT;\n',
    },
    { rule: 'lint/suspicious/noExplicitAny', file: 'server/src/kernel/a.ts', text: 'export const value: any = 1;\n' },
    {
      rule: 'lint/style/noNonNullAssertion',
      file: 'server/src/config/a.ts',
      text: 'export const first = (values: string[]) => values[0]!;\n',
    },
    {
      rule: 'lint/suspicious/noImportCycles',
      file: 'server/src/kernel/a.ts',
      text: "import type { B } from './b.ts';\nexport type A = B;\n",
      beside: { 'server/src/kernel/b.ts': "import type { A } from './a.ts';\nexport type B = A;\n" },
    },
  ])('find $rule', ({ rule, file, text, beside = {} }) => {
    const { output, status } = lint({ [file]: text, ...beside });
    expect(output).toContain(rule);
    expect(status).toBe(1);
  });

  test('let the configuration read the environment', () => {
    expect(lint({ 'server/src/config/a.ts': 'export const port = process.env.PORT;\n' })).toMatchObject({ status: 0 });
  });

  test('fail when there is no file to look at', () => {
    expect(lint({ 'server/notes.txt': 'nothing to lint\n' })).toMatchObject({ status: 1 });
  });
});
