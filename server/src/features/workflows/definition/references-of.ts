import { isWeirError } from '../../../kernel/errors.ts';
import { compileCel } from '../expressions/cel.ts';
import { type Path, parsePath, parseTemplate } from '../expressions/parse-template.ts';
import type { Flow, Step } from '../flow.ts';
import { errorAt, type Problem, pointerOf } from './problem.ts';
import {
  conditionsOf,
  type PlacedCondition,
  type PlacedText,
  textsIn,
  textsOf,
  textsOfOutput,
} from './templates-of.ts';

/** A path that a document reads. */
export interface Reference {
  readonly path: Path;
  readonly pointer: string;
  /** Something else stands in when it is missing: `??`, `exists`, `has()`. */
  readonly isOptional: boolean;
  /** In CEL a hyphen is a minus, so names with one stand in brackets. */
  readonly language: 'template' | 'cel';
}

export interface References {
  readonly references: readonly Reference[];
  /** Expressions that cannot be parsed. */
  readonly problems: readonly Problem[];
}

/** What a step reads when it starts, without what steps inside it read. */
export function referencesOfStep(step: Step): References {
  return gather(textsOf(step), conditionsOf(step));
}

export function referencesOfOutput(flow: Pick<Flow, 'output'>): References {
  return gather(textsOfOutput(flow), []);
}

function gather(texts: readonly PlacedText[], conditions: readonly PlacedCondition[]): References {
  const references: Reference[] = [];
  const problems: Problem[] = [];
  for (const { text, pointer } of texts)
    attempt({ pointer, problems }, () => references.push(...referencesOfText(text, pointer)));
  for (const placed of conditions) {
    const { condition, pointer } = placed;
    const place = condition.kind === 'cel' ? pointer : pointerOf(pointer, 'path');
    attempt({ pointer: place, problems }, () => references.push(...referencesOfCondition(placed)));
    if (condition.kind === 'cel' || condition.value === undefined) continue;
    for (const { text, pointer: at } of textsIn(condition.value, pointerOf(pointer, 'value')))
      attempt({ pointer: at, problems }, () => references.push(...referencesOfText(text, at)));
  }
  return { references, problems };
}

function referencesOfText(text: string, pointer: string): Reference[] {
  return parseTemplate(text).flatMap((part) => {
    if (typeof part === 'string') return [];
    const last = part.operands.length - 1;
    return part.operands.flatMap((operand, at) =>
      'path' in operand ? [{ path: operand.path, pointer, isOptional: at < last, language: 'template' as const }] : [],
    );
  });
}

function referencesOfCondition({ condition, pointer }: PlacedCondition): Reference[] {
  if (condition.kind === 'cel')
    return compileCel(condition.expression).references.map(({ path, isTested }) => ({
      path,
      pointer,
      isOptional: isTested,
      language: 'cel',
    }));
  const path = parsePath(condition.path);
  return [
    { path, pointer: pointerOf(pointer, 'path'), isOptional: condition.operator === 'exists', language: 'template' },
  ];
}

/** An expression's mistake becomes a problem at its place. */
function attempt(at: { pointer: string; problems: Problem[] }, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!isWeirError(error)) throw error;
    const { what, fix } = error.details;
    at.problems.push(errorAt(at.pointer, String(what ?? error.message), String(fix ?? 'Correct the expression.')));
  }
}
