import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { findProgram, type OptionalProgram } from './find-program.ts';
import { readRequiredPrograms } from './required-programs.ts';

type Suite = (title: string, body: () => void) => void;

/**
 * A `describe` for suites that need a program: `requires('postgres')('the ledger on PostgreSQL', () => ...)`.
 * Without the program the suite is skipped, and the end of the run says so; when WEIR_TEST_REQUIRE names the
 * program, its absence is a failing test instead.
 */
export function requires(program: OptionalProgram): Suite {
  if (findProgram(program) !== undefined) return describe;
  if (isRequired(program)) return failingSuite(program);
  return (title, body) => describe.skip(`${title} (skipped: ${program} is not installed)`, body);
}

/** Says that a suite's program is not here: skipped with the reason, or a failing test where it is required. */
export function absent(program: OptionalProgram, missing: { title: string; reason: string }): void {
  if (isRequired(program)) {
    test(`finds ${program}, which WEIR_TEST_REQUIRE names`, () => {
      throw new Error(missing.reason);
    });
    return;
  }
  describe.skip(`${missing.title} (skipped: ${missing.reason})`, () => {
    test('is not here', () => undefined);
  });
}

function isRequired(program: OptionalProgram): boolean {
  return readRequiredPrograms(process.env.WEIR_TEST_REQUIRE ?? '').includes(program);
}

function failingSuite(program: OptionalProgram): Suite {
  return (title) =>
    describe(title, () => {
      test(`finds ${program}, which WEIR_TEST_REQUIRE names`, () => {
        throw new Error(
          `${program} is not installed, and WEIR_TEST_REQUIRE=${process.env.WEIR_TEST_REQUIRE} forbids the skip.`,
        );
      });
    });
}

/** A small file system in memory; only root can mount one, and not in every container. */
export function requiresSmallDisk(): Suite {
  const directory = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    if (!mountSmallDisk(directory, 1)) {
      return (title, body) => describe.skip(`${title} (skipped: a small disk cannot be mounted here)`, body);
    }
    unmountSmallDisk(directory);
    return describe;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** False when it is not permitted. */
export function mountSmallDisk(directory: string, megabytes: number): boolean {
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory];
  return spawnSync('mount', options, { stdio: 'ignore' }).status === 0;
}

export function unmountSmallDisk(directory: string): void {
  // Lazily: what still holds a file of it must not keep the mount.
  spawnSync('umount', ['-l', directory], { stdio: 'ignore' });
}
