import { concreteBackends } from './concrete-backends.ts';
import { dynamicCode } from './dynamic-code.ts';
import { environmentAccess } from './environment-access.ts';
import { forbiddenRooms } from './forbidden-rooms.ts';
import { importCycles } from './import-cycles.ts';
import { importTable } from './import-table.ts';
import { islands } from './islands.ts';
import { literalGetters } from './literal-getters.ts';
import { machinePaths } from './machine-paths.ts';
import { positionalParameters } from './positional-parameters.ts';
import type { Rule, Violation } from './rule.ts';
import type { SourceTree } from './source-tree.ts';
import { stringBuiltSql } from './string-built-sql.ts';
import { skippedTests, sleepingTests } from './test-hygiene.ts';

export const RULES: readonly Rule[] = [
  importTable,
  islands,
  importCycles,
  concreteBackends,
  forbiddenRooms,
  positionalParameters,
  stringBuiltSql,
  dynamicCode,
  literalGetters,
  environmentAccess,
  skippedTests,
  sleepingTests,
  machinePaths,
];

/** Runs every rule; a rule that found no file to look at is itself a violation. */
export function checkTree(tree: SourceTree): Violation[] {
  return RULES.flatMap((rule) => {
    const files = tree.files.filter((file) => rule.appliesTo(file));
    if (files.length === 0) {
      return [{ rule: rule.name, path: tree.root, line: 0, message: 'looked at zero files, so it proves nothing.' }];
    }
    return files.flatMap((file) =>
      rule.check(file, tree).map((finding) => ({ rule: rule.name, path: file.path, ...finding })),
    );
  });
}
