import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plantTree } from '../support/plant-tree.ts';

function readCommand(readme: string) {
  const script = join(import.meta.dirname, '../../scripts/readme-test-command.ts');
  const path = join(plantTree({ 'README.md': readme }), 'README.md');
  const { stdout, status } = spawnSync(process.execPath, [script, path], { encoding: 'utf8' });
  return { stdout, status };
}

describe("the README's test command", () => {
  test('is the fenced line that runs the tests', () => {
    const readme = 'Run `npm test`.\n\n```sh\nnpm ci && npm run demo\n```\n\n```sh\n$ npm ci && npm test\n```\n';
    expect(readCommand(readme)).toEqual({ stdout: 'npm ci && npm test\n', status: 0 });
  });

  test('is an error when the README has none', () => {
    expect(readCommand('Run npm test.\n')).toEqual({ stdout: '', status: 1 });
  });
});
