import { invalidRequest } from '../../../kernel/errors.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { EvalAnswer } from '../../../ports/eval-calls.ts';
import type { EvalRunRow } from '../../../ports/evaluation-store.ts';
import type { PromptSource } from '../../../ports/prompt-source.ts';
import type { RenderTemplate } from '../../../ports/render-template.ts';
import type { ContentSeal } from '../../../ports/secrets.ts';
import { type Case, type CaseResult, type CaseScore, scoreRows } from './case.ts';
import { messagesFor } from './messages-for.ts';
import { type AskInCase, judgeQuestion } from './run-calls.ts';
import { type CandidateDefinition, PASS, type ResultOutput } from './run-definition.ts';
import { type CheckedScore, type ScoredAnswer, STOPS_A_RUN, scoreAnswer } from './score-answer.ts';

export interface AnswerCaseParts {
  readonly seal: ContentSeal;
  readonly clock: Pick<Clock, 'now'>;
  readonly render: RenderTemplate;
  readonly prompts: PromptSource;
  readonly schemaProblem: (projectId: string, text: string, schema: JsonObject) => Promise<string | undefined>;
}

/** Asks the candidate and scores what it answers. Throws what no other item will do better with. */
export async function answerCase(
  of: { run: EvalRunRow; definition: CandidateDefinition; case: Case; ask: AskInCase },
  parts: AnswerCaseParts,
): Promise<CaseResult> {
  const { run, definition, ask } = of;
  const { content } = of.case.item;
  const { candidate } = definition;
  const messages = await messagesFor(candidate, content, { ...parts, projectId: run.project_id });
  const body = { ...candidate.prompt?.settings, ...candidate.settings, model: candidate.model, messages };
  const answer = await ask({ purpose: 'evaluation', body, isFresh: true });
  if (answer.error !== undefined && STOPS_A_RUN.has(answer.error.code)) throw answer.error;
  const input: Json = content.messages === undefined ? content.vars : [...content.messages];
  const scored = await scoreAnswer(
    { checks: [...definition.checks, ...(content.checks ?? [])], answer, expected: content.expected, input },
    {
      schemaProblem: (text, schema) => parts.schemaProblem(run.project_id, text, schema),
      askJudge: ({ model = definition.judge, ...question }) => {
        if (model === undefined) throw invalidRequest('judge', 'name the model that judges, for the run or the check.');
        return ask(judgeQuestion({ ...question, model }));
      },
    },
  );
  return resultOf(of, { answer, scored, parts });
}

function resultOf(
  of: { run: EvalRunRow; case: Case },
  by: { answer: EvalAnswer; scored: ScoredAnswer; parts: AnswerCaseParts },
): CaseResult {
  const { run } = of;
  const { item, trial } = of.case;
  const { answer, scored, parts } = by;
  const { text, toolCalls, model, finishReason, error } = answer;
  const output: ResultOutput = {
    ...{ text, toolCalls, model, finishReason, problems: scored.problems },
    ...(error === undefined ? {} : { error: error.message }),
  };
  const now = parts.clock.now();
  const seal = (plain: string) => parts.seal.seal(run.project_id, plain);
  return {
    result: {
      ...{ run_id: run.id, item_id: item.id, trial, request_id: answer.requestId },
      succeeded: error === undefined ? 1 : 0,
      error_code: error?.code ?? null,
      output: seal(JSON.stringify(output)),
      latency_ms: Math.round(answer.latencyMs),
      ...{ cost_nano: answer.costNano, judge_cost_nano: scored.judgeCostNano },
      ...{ input_tokens: answer.inputTokens, output_tokens: answer.outputTokens, created_at: now },
    },
    scores: scoreRows(scoresOf(scored), { ...of, inferenceId: answer.requestId, now, seal }),
  };
}

/** Those of the checks, and whether all passed; a check that could not say anything leaves that open. */
function scoresOf({ scores, problems }: ScoredAnswer): CaseScore[] {
  const rows = averages(scores);
  if (problems.length > 0) return rows;
  return [...rows, { metric: PASS, score: scores.every(({ hasPassed }) => hasPassed) ? 1 : 0 }];
}

/** One score per metric: the mean where several checks have one name. */
function averages(scores: readonly CheckedScore[]): CaseScore[] {
  const byMetric = Map.groupBy(scores, ({ check }) => check.metric);
  return [...byMetric].map(([metric, all]) => {
    const evaluator = all[0]?.check.evaluator;
    const reasons = all.flatMap(({ reason, evidence }) => (reason === undefined ? [] : [{ reason, evidence }]));
    const score = all.reduce((sum, each) => sum + each.score, 0) / all.length;
    return {
      ...{ metric, score },
      ...(reasons.length === 0 ? {} : { reason: reasons }),
      ...(evaluator === undefined ? {} : { evaluator }),
    };
  });
}
