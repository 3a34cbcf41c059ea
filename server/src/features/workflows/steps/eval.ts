import { isWeirError, WeirError } from '../../../kernel/errors.ts';
import { asObject, compact } from '../../../kernel/json.ts';
import type { ModelGateway } from '../../../ports/model-gateway.ts';
import type { ReplyChecker } from '../../../ports/reply-check.ts';
import type { StepOf } from '../flow.ts';
import { askModel } from './ask-model.ts';
import type { Evaluated, Evaluator, EvaluatorServices, Score } from './evaluators/evaluator.ts';
import { EVALUATOR_NAMES, evaluatorNamed } from './evaluators/registry.ts';
import { renderField, renderOptional, wrongInput } from './render-field.ts';
import type { Attempt, StepResult, StepRunner } from './step-runner.ts';

type EvalStep = StepOf<'eval'>;

export interface EvalServices {
  readonly models: ModelGateway;
  readonly checker: ReplyChecker;
}

/** Scores a value from 0 to 1. The output is `{score, passed, evaluator, reason}`; below the threshold the step fails. */
export function evalRunner(services: EvalServices): StepRunner<'eval'> {
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
      const score = await scoreOf(step, { value, expected, options: given }, servicesFor(step, attempt, services));
      if (!hasPassed(step, score)) throw belowThreshold(step, score);
      return resultOf(step, score);
    },
  };
}

function evaluatorOf(step: EvalStep): Evaluator {
  const evaluator = evaluatorNamed(step.evaluator);
  if (evaluator !== undefined) return evaluator;
  throw wrongInput(step, 'evaluator', `one of ${EVALUATOR_NAMES.join(', ')}`);
}

/** Mistakes of evaluators name the member; here they name the step, too. */
async function scoreOf(step: EvalStep, of: Evaluated, services: EvaluatorServices): Promise<Score> {
  try {
    return await evaluatorOf(step).score(of, services);
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
  return {
    async ask({ read, ...question }) {
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
