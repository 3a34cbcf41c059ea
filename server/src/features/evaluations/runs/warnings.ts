import { asString } from '../../../kernel/json.ts';
import { evaluatorNamed } from '../evaluators/registry.ts';
import { modelFamily } from './model-family.ts';
import type { RunDefinition } from './run-definition.ts';

/** What makes the scores of a run worth less, in words. */
export function warningsOf(definition: RunDefinition): string[] {
  const judged = 'pair' in definition ? judgedPair(definition.pair) : [definition.candidate.model];
  const families = new Set(judged.map(modelFamily));
  return [...judgesOf(definition)].flatMap((judge) => {
    const family = modelFamily(judge);
    if (family === undefined || !families.has(family)) return [];
    return [`The judge ${judge} is of the same family (${family}) as a model it judges, and judges prefer their own.`];
  });
}

function judgedPair({ baseline, candidate }: { baseline: { model: string }; candidate: { model: string } }): string[] {
  return [baseline.model, candidate.model];
}

function judgesOf(definition: RunDefinition): Set<string> {
  if ('pair' in definition) return new Set([definition.judge]);
  const judges = definition.checks
    .filter(({ type }) => evaluatorNamed(type)?.asksModel === true)
    .map(({ options }) => asString(options.model) ?? definition.judge);
  return new Set(judges.filter((judge) => judge !== undefined));
}
