import { isWeirError, WeirError } from '../../../kernel/errors.ts';
import { asObject, compact } from '../../../kernel/json.ts';
import type { Evaluator, EvaluatorServices, Score } from '../../../ports/evaluator.ts';
import type { ModelGateway } from '../../../ports/model-gateway.ts';
import type { ReplyChecker } from '../../../ports/reply-check.ts';
import type { StepOf } from '../flow.ts';
import { askModel } from './ask-model.ts';
import { renderField, renderOptional, wrongInput } from './render-field.ts';
import type { Attempt, StepResult, StepRunner } from './step-runner.ts';

type EvalStep = StepOf<'eval'>;

export interface EvalServices {
  readonly models: ModelGateway;
  readonly checker: ReplyChecker;
  readonly evaluators: readonly Evaluator[];
}

/** Scores a value from 0 to 1. The output is `{score, passed, evaluator, reason}`; below the threshold the step fails. */
export function evalRunner(services: EvalServices): StepRunner<'eval'> {
  const evaluatorOf = (step: EvalStep): Evaluator => {
    const evaluator = services.evaluators.find(({ name }) => name === step.evaluator);
    if (evaluator !== undefined) return evaluator;
    throw wrongInput(step, 'evaluator', `one of ${services.evaluators.map(({ name }) => name).join(', ')}`);
  };
  return {
    type: 'eval',
    asksModel: true,
    render: (step, scope) =>
      compact({
        value: renderField(step, 'value', { template: step.value, scope }),
        expected: renderOptional(step, 'expected', { template: step.expected, scope }),
        options: renderOptional(step, 'options', { template: step.options, scope }),
      }),
    effect: (step) => step.effect ?? (evaluatorOf(step).asksModel ? 'idempotent' : 'none'),
    async perform(step, input, attempt) {
      const { value = null, expected = null, options = {} } = asObject(input) ?? {};
      const given = asObject(options);
      if (given === undefined) throw wrongInput(step, 'options', 'an object');
      const of = { value, expected, options: given };
      const score = await scored(step, () => evaluatorOf(step).score(of, servicesFor(step, attempt, services)));
      if (!hasPassed(step, score)) throw belowThreshold(step, score);
      return resultOf(step, score);
    },
  };
}

/** Mistakes of evaluators name the member; here they name the step, too. */
async function scored(step: EvalStep, score: () => Score | Promise<Score>): Promise<Score> {
  try {
    return await score();
  } catch (thrown) {
    if (!isWeirError(thrown) || thrown.code !== 'request.invalid' || thrown.details.step !== undefined) throw thrown;
    throw new WeirError('request.invalid', {
      ...(thrown.param === undefined ? {} : { param: thrown.param }),
      message: `Step "${step.name}": ${thrown.message}`,
      details: { step: step.name },
      cause: thrown,
    });
  }
}

function servicesFor(step: EvalStep, attempt: Attempt, { models, checker }: EvalServices): EvaluatorServices {
  const { projectId } = attempt.caller;
  let hasAsked = false;
  return {
    async ask({ read, ...question }) {
      // An attempt makes one call, under the request id of its row.
      if (hasAsked) throw wrongInput(step, 'options.votes', 'one vote: a step asks once; repeat the step for more');
      hasAsked = true;
      let score: Score | undefined;
      await askModel(models, attempt, {
        ...question,
        temperature: 0,
        topP: undefined,
        stop: undefined,
        async keep(answer) {
          score = read(answer);
          // What is kept counts as done; a score below the threshold is a failure.
          if (hasPassed(step, score)) await attempt.keep(resultOf(step, score));
        },
      });
      return score as Score;
    },
    async schemaProblem(text, schema) {
      const { problem } = await checker.read(schema, projectId);
      if (problem !== undefined) throw wrongInput(step, 'expected', `a usable JSON Schema: ${problem.message}`);
      const format = { kind: 'json-schema', name: 'expected', schema } as const;
      const { problems } = await checker.check({ projectId, text, format, repair: false, sanitize: 'none' });
      return problems[0] === undefined ? undefined : `${problems[0].path} ${problems[0].message}`.trim();
    },
  };
}

function hasPassed({ threshold }: EvalStep, { score }: Score): boolean {
  return threshold === undefined || score >= threshold;
}

function belowThreshold({ name, evaluator, threshold }: EvalStep, { score, reason }: Score): WeirError {
  return new WeirError('reply.invalid', {
    message: `Step "${name}": ${evaluator} gives a score of ${score}, below the threshold of ${threshold}.`,
    details: { step: name, type: 'below_threshold', evaluator, score, threshold, reason: reason ?? null },
  });
}

function resultOf(step: EvalStep, { score, reason, model }: Score): StepResult {
  const output = { score, passed: hasPassed(step, { score }), evaluator: step.evaluator, reason: reason ?? null };
  return model === undefined ? { output } : { output, model };
}
