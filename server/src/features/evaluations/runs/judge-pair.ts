import { isWeirError } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { EvalResultRow, EvalRunRow, EvalRunStore } from '../../../ports/evaluation-store.ts';
import type { ContentSeal } from '../../../ports/secrets.ts';
import { judgePairwise, type PairwiseVerdict } from '../evaluators/judges/pairwise.ts';
import { type Case, type CaseResult, scoreRows } from './case.ts';
import { type AskInCase, judgeQuestion } from './run-calls.ts';
import { type JudgedPair, type PairDefinition, PREFERENCE, type ResultOutput } from './run-definition.ts';
import { askJudge, STOPS_A_RUN } from './score-answer.ts';

export interface JudgePairParts {
  readonly seal: ContentSeal;
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<EvalRunStore, 'results'>;
}

const SCORES = { candidate: 1, tie: 0.5, baseline: 0 } as const;

/** Asks the judge in both orders which run answered an item better. Throws what no other item will do better with. */
export async function judgePair(
  of: { run: EvalRunRow; definition: PairDefinition; case: Case; ask: AskInCase },
  parts: JudgePairParts,
): Promise<CaseResult> {
  const { pair } = of.definition;
  const sides = {
    baseline: await answerIn(pair.baseline.run, of, parts),
    candidate: await answerIn(pair.candidate.run, of, parts),
  };
  const bill = { nano: 0 };
  const { candidate, baseline } = sides;
  if (baseline.text === undefined || candidate.text === undefined) {
    const missing = baseline.text === undefined ? 'baseline' : 'candidate';
    return resultOf(of, { ...parts, bill, problem: `The ${missing} has no answer.`, candidate: candidate.row });
  }
  const texts = { baseline: baseline.text, candidate: candidate.text };
  try {
    const verdict = await verdictOf(texts, { ...of, bill });
    return resultOf(of, { ...parts, bill, verdict, texts, candidate: candidate.row });
  } catch (error) {
    if (!isWeirError(error) || STOPS_A_RUN.has(error.code)) throw error;
    return resultOf(of, { ...parts, bill, problem: error.message, candidate: candidate.row });
  }
}

interface Texts {
  readonly baseline: string;
  readonly candidate: string;
}

/** The first answer of a run to an item; undefined text: none, or it was forgotten. */
async function answerIn(
  runId: string,
  { run, case: { item } }: { run: EvalRunRow; case: Case },
  { store, seal }: JudgePairParts,
): Promise<{ row: EvalResultRow | undefined; text: string | undefined }> {
  const [row] = await store.results({ runId, limit: 1, after: { item: item.id, trial: 0 } });
  if (row === undefined || row.item_id !== item.id) return { row: undefined, text: undefined };
  if (row.succeeded === 0 || row.output === null) return { row, text: undefined };
  return { row, text: (JSON.parse(seal.open(run.project_id, row.output)) as ResultOutput).text };
}

/** Equal answers need no judge. */
async function verdictOf(
  texts: Texts,
  of: { definition: PairDefinition; case: Case; ask: AskInCase; bill: { nano: number } },
): Promise<PairwiseVerdict> {
  if (texts.baseline === texts.candidate) return { winner: 'tie', first: 0, second: 0 };
  const { pair, judge } = of.definition;
  const { content } = of.case.item;
  const input: Json = content.messages === undefined ? content.vars : [...content.messages];
  const ask = askJudge((question) => of.ask(judgeQuestion({ ...question, model: judge })), of.bill);
  return judgePairwise({ ...texts, input, criteria: pair.criteria, model: judge }, { ask });
}

function resultOf(
  of: { run: EvalRunRow; definition: PairDefinition; case: Case },
  by: Pick<JudgePairParts, 'seal' | 'clock'> & {
    bill: { nano: number };
    candidate: EvalResultRow | undefined;
    verdict?: PairwiseVerdict;
    texts?: Texts;
    problem?: string;
  },
): CaseResult {
  const { run, definition } = of;
  const { item, trial } = of.case;
  const { verdict, texts, candidate, bill } = by;
  const winner = verdict?.winner;
  const problem =
    by.problem ?? (winner === undefined ? 'The judge took the other answer in the other order.' : undefined);
  const output: ResultOutput = {
    ...{ text: winner ?? '', toolCalls: [], model: definition.judge, finishReason: 'stop' },
    problems: problem === undefined ? [] : [{ metric: PREFERENCE, message: problem }],
    ...(verdict === undefined || texts === undefined ? {} : { pair: judged(verdict, texts) }),
  };
  const now = by.clock.now();
  const seal = (plain: string) => by.seal.seal(run.project_id, plain);
  const inferenceId = candidate?.request_id ?? '';
  const scores = winner === undefined ? [] : [{ metric: PREFERENCE, score: SCORES[winner] }];
  return {
    result: {
      ...{ run_id: run.id, item_id: item.id, trial, request_id: candidate?.request_id ?? null, succeeded: 1 },
      ...{ error_code: null, output: seal(JSON.stringify(output)), latency_ms: 0, cost_nano: 0 },
      ...{ judge_cost_nano: bill.nano, input_tokens: 0, output_tokens: 0, created_at: now },
    },
    scores: scoreRows(scores, { run, case: of.case, inferenceId, now, seal }),
  };
}

function judged({ first, second }: PairwiseVerdict, { baseline, candidate }: Texts): JudgedPair {
  const longer =
    baseline.length === candidate.length ? 'neither' : baseline.length > candidate.length ? 'baseline' : 'candidate';
  return { first, second, longer };
}
