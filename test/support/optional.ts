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
