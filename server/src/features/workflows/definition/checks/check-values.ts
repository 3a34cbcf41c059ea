import type { Json, JsonObject } from '../../../../kernel/json.ts';
import type { Flow, Step } from '../../flow.ts';
import type { FlowKnowledge } from '../flow-knowledge.ts';
import { errorAt, type Problem, pointerOf, warningAt } from '../problem.ts';
import { conditionsOf, type PlacedCondition, placeInFlow, placeOf } from '../templates-of.ts';
import { walkSteps } from '../walk-steps.ts';

/** Values that are each allowed and together, or in this place, make no sense. */
export function checkValues(flow: Flow, knowledge: FlowKnowledge): Problem[] {
  const problems = checkSchema(flow.input, placeInFlow(flow, 'input'), knowledge);
  for (const step of walkSteps(flow.steps)) {
    problems.push(
      ...conditionsOf(step).flatMap(checkOperator),
      ...checkTimes(step, flow),
      ...checkWork(step, knowledge),
    );
  }
  return problems;
}

const ORDERED: readonly string[] = ['gt', 'lt', 'gte', 'lte'];

function checkOperator({ condition, pointer }: PlacedCondition): Problem[] {
  if (condition.kind === 'cel' || condition.operator === 'exists') return [];
  const { operator, value } = condition;
  if (value === undefined) return [errorAt(pointer, `${operator} has nothing to compare with.`, 'Add "value".')];
  if (!ORDERED.includes(operator) || typeof value === 'number' || isExpression(value)) return [];
  return [
    errorAt(
      pointerOf(pointer, 'value'),
      `${operator} compares numbers, and ${JSON.stringify(value)?.slice(0, 40)} is none.`,
      typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
        ? `Write ${Number(value)} without quotes.`
        : 'Write a number, or compare with equals.',
    ),
  ];
}

function isExpression(value: Json | undefined): boolean {
  return typeof value === 'string' && value.includes('{{');
}

function checkTimes(step: Step, flow: Flow): Problem[] {
  const problems: Problem[] = [];
  const { retry, timeoutMs } = step;
  if (retry.maxBackoffMs < retry.backoffMs)
    problems.push(
      errorAt(placeOf(step, 'retry'), 'maxBackoffMs is less than backoffMs.', 'Raise maxBackoffMs or lower backoffMs.'),
    );
  const longest = flow.timeoutMs;
  if (longest === undefined) return problems;
  if (timeoutMs !== undefined && timeoutMs > longest)
    problems.push(
      warningAt(
        placeOf(step, 'timeout'),
        `The step may take ${timeoutMs} ms, but the whole run only ${longest} ms.`,
        'Lower the timeout of the step or raise that of the workflow.',
      ),
    );
  const waits = totalBackoff(step);
  if (waits > longest)
    problems.push(
      warningAt(
        placeOf(step, 'retry'),
        `Waiting between the tries takes up to ${waits} ms, but the whole run may take only ${longest} ms.`,
        'Lower backoffMs or maxAttempts, or raise the timeout of the workflow.',
      ),
    );
  if (step.type === 'wait' && typeof step.ms === 'number' && step.ms > longest)
    problems.push(
      errorAt(
        placeOf(step, 'ms'),
        `The step waits ${step.ms} ms, but the whole run may take only ${longest} ms.`,
        'Raise the timeout of the workflow.',
      ),
    );
  return problems;
}

function totalBackoff({ retry }: Step): number {
  let total = 0;
  let next = retry.backoffMs;
  for (let attempt = 1; attempt < retry.maxAttempts; attempt++) {
    total += Math.min(next, retry.maxBackoffMs);
    next *= retry.multiplier;
  }
  return total;
}

function checkWork(step: Step, knowledge: FlowKnowledge): Problem[] {
  switch (step.type) {
    case 'map':
      return checkMap(step);
    case 'http':
      return checkUrl(step.url, placeOf(step, 'url'));
    case 'wait':
      return checkInstant(step.until, placeOf(step, 'until'));
    case 'approval':
      return checkSchema(step.form, placeOf(step, 'form'), knowledge);
    case 'sampling':
      return checkSchema(step.schema, placeOf(step, 'schema'), knowledge);
    default:
      return [];
  }
}

function checkMap(step: Extract<Step, { type: 'map' }>): Problem[] {
  const problems: Problem[] = [];
  if (Array.isArray(step.items) && step.items.length > step.maxItems)
    problems.push(
      errorAt(
        placeOf(step, 'items'),
        `There are ${step.items.length} items, but at most ${step.maxItems} are allowed.`,
        'Raise maxItems or name fewer items.',
      ),
    );
  if (step.toleratedFailures >= step.maxItems)
    problems.push(
      warningAt(
        placeOf(step, 'toleratedFailures'),
        'So many items may fail that the step never does.',
        'Lower toleratedFailures below maxItems.',
      ),
    );
  return problems;
}

/** An address that begins with an expression is known only at run time. */
function checkUrl(url: Json, pointer: string): Problem[] {
  if (typeof url !== 'string' || url.startsWith('{{')) return [];
  const fix = 'Write an address such as https://api.example.com/v1/{{input.id}}.';
  if (!/^https?:\/\//i.test(url))
    return [errorAt(pointer, 'The address does not begin with https:// or http://.', fix)];
  if (url.includes('{{') || URL.canParse(url)) return [];
  return [errorAt(pointer, 'The address cannot be read.', fix)];
}

function checkInstant(until: Json | undefined, pointer: string): Problem[] {
  if (typeof until !== 'string' || until.includes('{{')) return [];
  if (/^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(until) && !Number.isNaN(Date.parse(until))) return [];
  return [
    errorAt(
      pointer,
      `${JSON.stringify(until.slice(0, 40))} is no instant with a time zone.`,
      'Write ISO 8601, such as "2027-01-31T09:00:00Z".',
    ),
  ];
}

function checkSchema(schema: JsonObject | undefined, pointer: string, { schemaProblem }: FlowKnowledge): Problem[] {
  const problem = schema === undefined ? undefined : schemaProblem?.(schema);
  return problem === undefined ? [] : [errorAt(pointer, `Not a JSON Schema: ${problem}.`, 'Correct the schema.')];
}
