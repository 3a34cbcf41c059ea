import type { Evaluator } from '../../../ports/evaluator.ts';
import { contains, containsAny, startsWith } from './contains.ts';
import { equals, exact } from './exact.ts';
import { jsonDiff } from './json-diff.ts';
import { jsonSchema, validJson } from './json-schema.ts';
import { factuality } from './judges/factuality.ts';
import { llmJudge, relevance, rubric } from './judges/graded.ts';
import { levenshtein } from './levenshtein.ts';
import { cost, latency } from './limits.ts';
import { listContains } from './list-contains.ts';
import { numericDiff } from './numeric-diff.ts';
import { refusal } from './refusal.ts';
import { regex } from './regex.ts';
import { toolUse } from './tool-use.ts';

/** Every evaluator. A new one is a file in this folder and a line here. */
export const EVALUATORS: readonly Evaluator[] = [
  exact,
  equals,
  contains,
  containsAny,
  startsWith,
  regex,
  levenshtein,
  numericDiff,
  jsonDiff,
  jsonSchema,
  validJson,
  listContains,
  toolUse,
  cost,
  latency,
  refusal,
  relevance,
  rubric,
  llmJudge,
  factuality,
];

const BY_NAME: ReadonlyMap<string, Evaluator> = new Map(EVALUATORS.map((evaluator) => [evaluator.name, evaluator]));

export const EVALUATOR_NAMES: readonly string[] = [...BY_NAME.keys()];

export function evaluatorNamed(name: string): Evaluator | undefined {
  return BY_NAME.get(name);
}
