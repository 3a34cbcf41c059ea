import { isObject } from '../../../kernel/json.ts';
import type { Condition, Flow, Step, Template } from '../flow.ts';
import { pointerOf } from './problem.ts';

/** A text of a document that may hold expressions. */
export interface PlacedText {
  readonly text: string;
  readonly pointer: string;
}

export interface PlacedCondition {
  readonly condition: Condition;
  readonly pointer: string;
}

/** Fields that are rendered when the step starts, by type. */
const TEMPLATE_FIELDS: Readonly<Record<Step['type'], readonly string[]>> = {
  sampling: ['model', 'messages', 'maxTokens', 'temperature', 'topP', 'stopSequences'],
  tool: ['params'],
  prompt: ['arguments'],
  resource: ['uri'],
  http: ['url', 'headers', 'body'],
  condition: [],
  switch: [],
  parallel: [],
  map: ['items'],
  workflow: ['input'],
  wait: ['ms', 'until'],
  approval: ['message', 'data'],
  set: ['values'],
  fail: ['message'],
  eval: ['value', 'expected', 'options'],
};

/** The step's own texts, without those of steps inside it. */
export function textsOf(step: Step): PlacedText[] {
  const fields = step as unknown as Readonly<Record<string, Template | undefined>>;
  return TEMPLATE_FIELDS[step.type].flatMap((field) => {
    const value = fields[field];
    return value === undefined ? [] : textsIn(value, placeOf(step, field));
  });
}

/** Where a field of a step stands in the document. */
export function placeOf(step: Step, field: string): string {
  return step.pointers?.[field] ?? step.pointer;
}

export function placeInFlow(flow: Pick<Flow, 'pointers'>, field: string): string {
  return flow.pointers?.[field] ?? pointerOf('', field);
}

/** The conditions that decide on the step and, of condition and switch, on its branches. */
export function conditionsOf(step: Step): PlacedCondition[] {
  const conditions: PlacedCondition[] = [];
  if (step.when !== undefined) conditions.push({ condition: step.when, pointer: placeOf(step, 'when') });
  if (step.type === 'condition') conditions.push({ condition: step.condition, pointer: placeOf(step, 'condition') });
  if (step.type === 'switch')
    for (const [at, { when }] of step.cases.entries())
      conditions.push({ condition: when, pointer: pointerOf(placeOf(step, 'cases'), at, 'when') });
  return conditions;
}

export function textsOfOutput(flow: Pick<Flow, 'output'>): PlacedText[] {
  return flow.output === undefined ? [] : textsIn(flow.output, '/output');
}

/** Every text in a value, with its place. */
export function textsIn(value: Template, pointer: string): PlacedText[] {
  if (typeof value === 'string') return [{ text: value, pointer }];
  if (Array.isArray(value)) return value.flatMap((item, at) => textsIn(item, pointerOf(pointer, at)));
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((key) => textsIn(value[key] ?? null, pointerOf(pointer, key)));
}
