import { invalidRequest, isWeirError, type WeirError } from '../../../kernel/errors.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { EvalAnswer } from '../../../ports/eval-calls.ts';
import type { Evaluated, EvaluatorServices, JudgeQuestion, Score } from '../../../ports/evaluator.ts';
import { evaluatorNamed } from '../evaluators/registry.ts';
import type { Check } from '../item.ts';

export interface CheckedScore extends Score {
  readonly check: Check;
  readonly hasPassed: boolean;
}

export interface ScoredAnswer {
  readonly scores: readonly CheckedScore[];
  readonly problems: readonly { readonly metric: string; readonly message: string }[];
  readonly judgeCostNano: number;
}

export interface ScoringServices {
  readonly schemaProblem: (text: string, schema: JsonObject) => Promise<string | undefined>;
  /** A judge's call: JSON mode, temperature 0. */
  readonly askJudge: (question: Omit<JudgeQuestion, 'read'>) => Promise<EvalAnswer>;
}

/** Judges that answer with something else than a verdict are asked once more. */
const JUDGE_TRIES = 2;

/** Every check's score of an answer. A call that failed scores 0; a check that cannot say anything is a problem, not a 0. */
export async function scoreAnswer(
  of: { checks: readonly Check[]; answer: EvalAnswer; expected: Json; input: Json },
  services: ScoringServices,
): Promise<ScoredAnswer> {
  const { checks, answer } = of;
  const bill = { nano: 0 };
  const scores: CheckedScore[] = [];
  const problems: { metric: string; message: string }[] = [];
  for (const check of checks) {
    try {
      const score =
        answer.error === undefined
          ? await scoreCheck(check, evaluated(check, of), evaluatorServices(services, bill))
          : { score: 0, reason: answer.error.message };
      scores.push({ ...score, check, hasPassed: answer.error === undefined && score.score >= check.threshold });
    } catch (error) {
      if (!isWeirError(error) || STOPS_A_RUN.has(error.code)) throw error;
      problems.push({ metric: check.metric, message: error.message });
    }
  }
  return { scores, problems, judgeCostNano: bill.nano };
}

/** What no other item will do better with. */
export const STOPS_A_RUN: ReadonlySet<WeirError['code']> = new Set([
  'limit.budget',
  'auth.invalid',
  'auth.denied',
  'model.unknown',
  'credential.not_found',
  'call.cancelled',
  'server.draining',
]);

function evaluated(check: Check, of: { answer: EvalAnswer; expected: Json; input: Json }): Evaluated {
  const { answer } = of;
  return {
    value: answer.text,
    expected: check.expected ?? of.expected,
    options: check.options,
    input: of.input,
    call: answer,
  };
}

async function scoreCheck(check: Check, of: Evaluated, services: EvaluatorServices): Promise<Score> {
  const evaluator = evaluatorNamed(check.type);
  if (evaluator === undefined) throw invalidRequest('type', `there is no evaluator ${check.type}`);
  const score = await evaluator.score(of, services);
  return check.isNegated ? { ...score, score: 1 - score.score } : score;
}

function evaluatorServices(
  { schemaProblem, askJudge: call }: ScoringServices,
  bill: { nano: number },
): EvaluatorServices {
  return { schemaProblem, ask: askJudge(call, bill) };
}

/** Asks a judge and reads its verdict; what every call cost is added to the bill. */
export function askJudge(call: ScoringServices['askJudge'], bill: { nano: number }): EvaluatorServices['ask'] {
  return async ({ read, ...question }) => {
    for (let tries = 1; ; tries++) {
      const { error, text, model, costNano } = await call(question);
      bill.nano += costNano;
      if (error !== undefined) throw error;
      try {
        return read({ text, model });
      } catch (thrown) {
        if (tries >= JUDGE_TRIES || !isWeirError(thrown)) throw thrown;
      }
    }
  };
}
