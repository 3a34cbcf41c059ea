import { describe, expect, test } from 'vitest';
import { checkTree, RULES } from '../../scripts/architecture/check-tree.ts';
import { readSourceTree } from '../../scripts/architecture/source-tree.ts';
import { plantTree } from '../support/plant-tree.ts';
import { INNOCENT, PLANTED } from './planted-violations.ts';

/** A small house in which nothing is wrong and every rule has something to look at. */
const CLEAN = {
  'server/src/main.ts': "import { compose } from './compose.ts';\ncompose();\n",
  'server/src/compose.ts':
    "import './storage/sqlite/usage.ts';\nimport './providers/registry.ts';\nexport function compose() {}\n",
  'server/src/kernel/ids.ts': 'export const id = 1;\n',
  'server/src/kernel/money.ts': 'export const zero = 0;\n',
  'server/src/ports/clock.ts': "import '../kernel/ids.ts';\nexport interface Clock { now(): number }\n",
  'server/src/pricing/cost-of.ts': 'export const cost = 0;\n',
  'server/src/gateway/pipeline.ts': "import '../ports/clock.ts';\nimport '../pricing/cost-of.ts';\n",
  'server/src/protocols/openai-chat/decode.ts':
    "import type { Clock } from '../../ports/clock.ts';\nexport type C = Clock;\n",
  'server/src/providers/registry.ts': "import './groq.ts';\nimport './bedrock.ts';\n",
  'server/src/providers/groq.ts': "import './define-openai-compatible.ts';\n",
  'server/src/providers/bedrock.ts': "import './aws/sigv4.ts';\n",
  'server/src/providers/define-openai-compatible.ts': "import '../protocols/openai-chat/decode.ts';\n",
  'server/src/providers/aws/sigv4.ts': 'export {};\n',
  'server/src/storage/sqlite/usage.ts':
    "import { DatabaseSync } from 'node:sqlite';\nexport const open = DatabaseSync;\n",
  'server/src/storage/postgres/usage.ts': 'export {};\n',
  'server/src/features/budgets/list.ts': 'export interface Budget {}\n',
  'server/src/features/prompts/list.ts': 'export {};\n',
  'server/src/http/routes/budgets.ts':
    "import type { Budget } from '../../features/budgets/list.ts';\nexport type B = Budget;\n",
  'server/src/simulator/serve.ts': "import '../kernel/ids.ts';\n",
  'contract/src/index.ts': 'export {};\n',
  'test/clean.test.ts': "import { test } from 'vitest';\ntest('adds', () => {});\n",
};

function check(files: Readonly<Record<string, string>>) {
  return checkTree(readSourceTree(plantTree(files)));
}

describe('the architecture check', () => {
  test('finds nothing in a clean house', () => {
    expect(check(CLEAN)).toEqual([]);
  });

  test('fails for every rule when there are no files at all', () => {
    const violations = check({});
    expect(violations.map(({ rule }) => rule)).toEqual(RULES.map(({ name }) => name));
    expect(violations.every(({ message }) => message.includes('zero files'))).toBe(true);
  });

  test.each(PLANTED)('$rule: $what', ({ rule, files }) => {
    const violations = check({ ...CLEAN, ...files });
    expect(violations.map((violation) => `${violation.rule} ${violation.path}`)).toEqual([
      `${rule} ${Object.keys(files)[0]}`,
    ]);
    expect(violations[0]?.line).toBeGreaterThan(0);
  });

  test.each(INNOCENT)('leaves alone: $what', ({ files }) => {
    expect(check({ ...CLEAN, ...files })).toEqual([]);
  });

  test('has a planted violation for every rule', () => {
    const proven = new Set(PLANTED.map(({ rule }) => rule));
    expect(RULES.map(({ name }) => name).filter((name) => !proven.has(name))).toEqual([]);
  });
});
