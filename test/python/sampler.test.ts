import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { pythonEnvironment } from '../http/clients/python/python-environment.ts';
import { requires } from '../support/optional.ts';
import { writeGoldenVectors } from './golden-vectors.ts';

const run = promisify(execFile);
const PROJECT = join(import.meta.dirname, '../../python');
const TIMEOUT_MS = 120_000;

const withStructlog = await pythonEnvironment('structlog');

requires('python')('the Python sampler', () => {
  let golden: string;
  beforeAll(() => {
    golden = mkdtempSync(join(tmpdir(), 'golden-'));
    writeGoldenVectors(golden);
  });

  async function unittest(python: string, ...modules: readonly string[]): Promise<string> {
    const env = { PATH: process.env.PATH ?? '', WEIR_GOLDEN: golden, PYTHONDONTWRITEBYTECODE: '1' };
    const options = { cwd: PROJECT, env, timeout: TIMEOUT_MS };
    const { stderr } = await run(python, ['-W', 'ignore', '-m', 'unittest', ...modules], options);
    return stderr;
  }

  it('decides, signs, draws and reads severities like the one in TypeScript', async () => {
    expect(await unittest('python3', 'tests.test_golden')).toMatch(/Ran 5 tests[\s\S]+\nOK\n/);
  }, 120_000);

  it('keeps its promises, asks and reports, and filters records', async () => {
    expect(await unittest('python3', 'tests.test_sampler', 'tests.test_logging')).toMatch(/Ran 2\d tests[\s\S]+\nOK\n/);
  }, 120_000);

  // Without a package registry the protocol alone is tested, above.
  if ('python' in withStructlog) {
    it('drops and keeps events within structlog', async () => {
      expect(await unittest(withStructlog.python, 'tests.test_logging')).toMatch(/\nOK\n/);
    }, 120_000);
  }
});
