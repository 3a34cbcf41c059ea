import { contains } from './contains.ts';
import { equals } from './equals.ts';
import type { Evaluator } from './evaluator.ts';
import { jsonSchema } from './json-schema.ts';
import { llmJudge } from './llm-judge.ts';
import { regex } from './regex.ts';

/** Every evaluator. A new one is a file in this folder and a line here. */
const EVALUATORS: readonly Evaluator[] = [equals, contains, regex, jsonSchema, llmJudge];

const BY_NAME: ReadonlyMap<string, Evaluator> = new Map(EVALUATORS.map((evaluator) => [evaluator.name, evaluator]));

export const EVALUATOR_NAMES: readonly string[] = [...BY_NAME.keys()];

export function evaluatorNamed(name: string): Evaluator | undefined {
  return BY_NAME.get(name);
}
