import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plantTree } from '../support/plant-tree.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Runs vitest on planted tests with the reporter of the house and an empty PATH to find programs on. */
function run(text: string, environment: Record<string, string> = {}) {
  const root = plantTree({ 'a.test.ts': text });
  const reporter = join(ROOT, 'test/support/summary-reporter.ts');
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', root, '--globals', '--reporter', reporter],
    { encoding: 'utf8', env: { TMPDIR: process.env.TMPDIR, PATH: '', ...environment } },
  );
  return { lines: stdout.trimEnd().split('\n'), status };
}

const IMPORT_REQUIRES = `import { requires } from ${JSON.stringify(join(ROOT, 'test/support/optional.ts'))};`;

describe('the last line of a test run', () => {
  test('counts what passed and what failed', () => {
    const { lines, status } = run("test('a', () => {}); test('b', () => { expect(1).toBe(2); });");
    expect(lines.at(-1)).toBe('1 passed, 1 failed');
    expect(status).toBe(1);
  });

  test('counts a file that broke while loading as failed', () => {
    const { lines, status } = run("throw new Error('broken');");
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(status).toBe(1);
  });

  test('says what was skipped and why when a program is missing', () => {
    const suite = "requires('redis')('counters in Redis', () => { test('count', () => {}); });";
    const { lines, status } = run(`${IMPORT_REQUIRES} test('a', () => {}); ${suite}`);
    expect(lines).toContain('  a.test.ts: counters in Redis (skipped: redis is not installed)');
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped');
    expect(status).toBe(0);
  });

  test('is a failure when WEIR_TEST_REQUIRE names the missing program', () => {
    const suite = "requires('redis')('counters in Redis', () => { test('count', () => {}); });";
    const { lines, status } = run(`${IMPORT_REQUIRES} ${suite}`, {
      WEIR_TEST_REQUIRE: 'postgres, redis',
    });
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(status).toBe(1);
  });
});
