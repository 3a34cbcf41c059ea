import type { Json } from '../../../kernel/json.ts';
import type { Flow, Step, Trigger } from '../flow.ts';
import { decodeBudget } from './decode-parts.ts';
import { decodeSteps } from './decode-step.ts';
import { environmentOf } from './environment-of.ts';
import { Fields } from './fields.ts';
import { errorAt, type Problem } from './problem.ts';
import { readDocument } from './read-document.ts';
import { shapeProblems } from './shape-problems.ts';
import { conditionsOf } from './templates-of.ts';
import { innerLists, walkSteps } from './walk-steps.ts';

export type { Problem } from './problem.ts';

const MAX_STEPS = 1000;
/** Steps within steps. */
const MAX_NESTING = 12;
/** Parsing a condition takes up to 20 microseconds per character. */
const MAX_CONDITIONS = 32_768;

/**
 * Any dialect of a workflow document as a Flow: an object, or YAML or JSON as text. Problems of shape name the place in the
 * document as it was sent and say what to do; whether names, order and addresses make sense is `checkFlow`'s question. Pure.
 */
export function readFlow(document: unknown): { flow: Flow } | { problems: Problem[] } {
  const read = readDocument(document);
  if ('problems' in read) return read;
  const misshapen = shapeProblems(read.json);
  if (misshapen.length > 0) return { problems: misshapen };
  const problems: Problem[] = [];
  const flow = decodeFlow(read.json, problems);
  limitSteps(flow, problems);
  if (problems.length > 0) return { problems };
  return { flow: { ...flow, env: [...new Set([...flow.env, ...environmentOf(flow)])] } };
}

function decodeFlow(json: Json, problems: Problem[]): Flow {
  const fields = new Fields(json, { pointer: '', problems });
  const errorHandling = fields.inner('errorHandling');
  const flow: Flow = {
    name: fields.text('name') ?? '',
    description: fields.text('description'),
    input: fields.record('input'),
    output: fields.get('output'),
    steps: decodeSteps(fields.list('steps'), problems),
    timeoutMs: fields.number('timeout'),
    budget: decodeBudget(fields),
    onFailure: {
      strategy: (errorHandling?.text('strategy') as Flow['onFailure']['strategy'] | undefined) ?? 'stop',
      workflow: errorHandling?.text('onError'),
    },
    triggers: fields.list('triggers').values.map((trigger) => decodeTrigger(trigger)),
    env: fields.list('env').values.map(String),
  };
  const pointers = { ...errorHandling?.pointers, ...fields.pointers };
  return { ...flow, pointers };
}

function decodeTrigger(value: Json): Trigger {
  const fields = new Fields(value, { pointer: '', problems: [] });
  if (fields.text('type') === 'webhook') return { type: 'webhook', name: fields.text('name') ?? '' };
  return {
    type: 'cron',
    cron: fields.text('cron') ?? '',
    timeZone: fields.text('timeZone') ?? 'UTC',
    input: fields.get('input') ?? {},
  };
}

function limitSteps(flow: Flow, problems: Problem[]): void {
  const all = [...walkSteps(flow.steps)];
  if (all.length > MAX_STEPS)
    problems.push(
      errorAt(
        '/steps',
        `The workflow has ${all.length} steps; ${MAX_STEPS} are allowed.`,
        'Move some into a workflow of their own and call it with a step of type workflow.',
      ),
    );
  const conditions = all
    .flatMap(conditionsOf)
    .reduce((sum, { condition }) => sum + (condition.kind === 'cel' ? condition.expression.length : 0), 0);
  if (conditions > MAX_CONDITIONS)
    problems.push(
      errorAt(
        '/steps',
        `The conditions have ${conditions} characters; ${MAX_CONDITIONS} are allowed.`,
        'Use operator objects for simple conditions, or split the workflow.',
      ),
    );
  const deep = tooDeep(flow.steps, 1);
  if (deep !== undefined)
    problems.push(
      errorAt(
        deep.pointer,
        `Steps are nested deeper than ${MAX_NESTING} levels.`,
        'Move the inner steps into a workflow of their own and call it with a step of type workflow.',
      ),
    );
}

function tooDeep(steps: readonly Step[], level: number): Step | undefined {
  for (const step of steps) {
    if (level > MAX_NESTING) return step;
    for (const { steps: inner } of innerLists(step)) {
      const found = tooDeep(inner, level + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
