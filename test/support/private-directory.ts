import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives every run one directory of its own: `os.tmpdir()` points into it in all workers and in every process
 * that a test starts, so two runs never meet and nothing stays behind.
 */
export function setup(): () => void {
  const before = process.env.TMPDIR;
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'weir-test-'));
  // PostgreSQL refuses to run as root, so its own user must be able to pass through.
  chmodSync(directory, 0o711);
  process.env.TMPDIR = directory;
  return function removePrivateDirectory() {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
}
