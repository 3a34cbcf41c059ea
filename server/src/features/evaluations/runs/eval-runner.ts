import { invalidRequest, isWeirError, toWeirError } from '../../../kernel/errors.ts';
import { uuidV7 } from '../../../kernel/ids.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import { formatUsd } from '../../../kernel/money.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import type { Caller } from '../../../ports/call.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { AskForEvaluation, EvalAnswer } from '../../../ports/eval-calls.ts';
import type { EvalRunRow, EvalRunStore, ScoreRow } from '../../../ports/evaluation-store.ts';
import type { RenderTemplate } from '../../../ports/render-template.ts';
import type { ContentSeal } from '../../../ports/secrets.ts';
import type { DatasetItem, Datasets } from '../datasets/datasets.ts';
import type { Check, ItemContent } from '../item.ts';
import { messagesFor } from './messages-for.ts';
import { PASS, type ResultOutput, type RunDefinition } from './run-definition.ts';
import { type CheckedScore, type ScoredAnswer, STOPS_A_RUN, scoreAnswer } from './score-answer.ts';

export interface EvalRunnerParts {
  readonly runs: EvalRunStore;
  readonly datasets: Datasets;
  readonly seal: ContentSeal;
  readonly clock: Clock;
  readonly ask: AskForEvaluation;
  readonly render: RenderTemplate;
  readonly schemaProblem: (projectId: string, text: string, schema: JsonObject) => Promise<string | undefined>;
  /** The run's key as it is now. Throws `auth.invalid` when it is gone. */
  readonly callerOf: (keyId: string) => Caller;
  /** Names this process. */
  readonly owner: string;
  readonly report: (error: unknown, runId: string) => void;
}

const LEASE_MS = 90 * SECOND_MS;
const RENEW_MS = 20 * SECOND_MS;
const CALL_MS = 120 * SECOND_MS;
const LANES = 4;
const PAGE = 500;
const RATE_TRIES = 10;
const LONGEST_PAUSE_MS = 60 * SECOND_MS;

/** One run in this process. */
interface Job {
  readonly run: EvalRunRow;
  readonly definition: RunDefinition;
  readonly caller: Caller;
  readonly abort: AbortController;
  /** nano-USD so far, judges included. */
  spent: number;
  /** The dearest item so far: what the next ones are expected to cost at most. */
  dearest: number;
  running: number;
  /** Set once: why no further item is begun. */
  over: { status: 'stopped' | 'failed'; error: string } | undefined;
}

interface Case {
  readonly item: DatasetItem & { content: ItemContent };
  readonly trial: number;
}

/** Works through runs: a few items at a time, each stored when it is scored, so that a run goes on where it was after a crash. */
export class EvalRunner {
  readonly #of: EvalRunnerParts;
  readonly #jobs = new Map<string, { abort: AbortController; done: Promise<void> }>();
  #isClosed = false;

  constructor(of: EvalRunnerParts) {
    this.#of = of;
  }

  /** Begins or goes on; another process may be faster. Nobody waits for it. */
  start(run: EvalRunRow): void {
    if (this.#isClosed || this.#jobs.has(run.id)) return;
    const abort = new AbortController();
    const done = this.#drive(run, abort)
      .catch((error: unknown) => this.#of.report(error, run.id))
      .finally(() => this.#jobs.delete(run.id));
    this.#jobs.set(run.id, { abort, done });
  }

  /** Goes on with runs whose process is gone. */
  async lookAround(): Promise<void> {
    for (const run of await this.#of.runs.abandoned(this.#of.clock.now())) this.start(run);
  }

  /** False when it was over already. */
  async cancel(run: EvalRunRow): Promise<boolean> {
    const ended = { status: 'cancelled', error: null, ended_at: this.#of.clock.now() } as const;
    const isCancelled = await this.#of.runs.end(run.id, ended);
    this.#jobs.get(run.id)?.abort.abort();
    return isCancelled;
  }

  /** Ends calls in flight; runs go on at the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#jobs.values()];
    for (const { abort } of all) abort.abort();
    await Promise.all(all.map(({ done }) => done));
  }

  async #drive(run: EvalRunRow, abort: AbortController): Promise<void> {
    const { runs, seal, clock } = this.#of;
    if (!(await this.#lease(run.id))) return;
    const stopRenewing = this.#renew(run.id, abort);
    try {
      const definition = JSON.parse(seal.open(run.project_id, run.definition)) as RunDefinition;
      const totals = await runs.totals(run.id);
      const spent = totals.cost_nano + totals.judge_cost_nano;
      const job: Job = {
        ...{ run, definition, abort, spent, dearest: 0, running: 0, over: undefined },
        caller: this.#of.callerOf(run.key_id),
      };
      await this.#work(job);
      if (abort.signal.aborted) return;
      const { status, error } = job.over ?? { status: 'completed', error: null };
      await runs.end(run.id, { status, error, ended_at: clock.now() });
    } catch (error) {
      if (abort.signal.aborted) return;
      await runs.end(run.id, { status: 'failed', error: toWeirError(error).message, ended_at: clock.now() });
      if (!isWeirError(error)) throw error;
    } finally {
      stopRenewing();
      // Who was told to stop leaves the run to the next one.
      if (this.#isClosed) await runs.lease(run.id, { owner: this.#of.owner, nowMs: clock.now(), untilMs: 0 });
    }
  }

  async #work(job: Job): Promise<void> {
    const cases = this.#cases(job);
    const lane = async () => {
      for (;;) {
        if (job.over !== undefined || job.abort.signal.aborted || this.#isOverBudget(job)) return;
        const next = await cases.next();
        if (next.done === true) return;
        job.running++;
        await this.#one(job, next.value).finally(() => job.running--);
      }
    };
    // The first one alone: it shows what an item costs, and whether any can be answered at all.
    const first = await cases.next();
    if (first.done === true) return;
    if (job.run.budget_nano !== null && this.#isOverBudget(job)) return;
    await this.#one(job, first.value);
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /** What has no result yet. */
  async *#cases({ run, definition }: Job): AsyncGenerator<Case> {
    const { datasets, runs } = this.#of;
    const done = new Set<string>();
    for (let after: { item: string; trial: number } | undefined; ; ) {
      const page = await runs.results({ runId: run.id, limit: PAGE, after });
      for (const { item_id, trial } of page) done.add(`${trial} ${item_id}`);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = { item: last.item_id, trial: last.trial };
    }
    const dataset = await datasets.find(run.dataset_id, run.project_id);
    for (let trial = 1; trial <= definition.trials; trial++) {
      for await (const item of datasets.all(dataset, run.dataset_version)) {
        const { content } = item;
        if (content !== undefined && !done.has(`${trial} ${item.id}`)) yield { item: { ...item, content }, trial };
      }
    }
  }

  #isOverBudget(job: Job): boolean {
    const { budget_nano } = job.run;
    if (budget_nano === null || job.spent + (job.running + 1) * job.dearest <= budget_nano) return false;
    job.over ??= { status: 'stopped', error: `The budget of ${formatUsd(budget_nano)} USD is used up.` };
    return true;
  }

  async #one(job: Job, { item, trial }: Case): Promise<void> {
    try {
      const answer = await this.#answer(job, item.content);
      const scored = await this.#score(job, item.content, answer);
      await this.#keep(job, { item, trial, answer, scored });
      const cost = answer.costNano + scored.judgeCostNano;
      job.spent += cost;
      job.dearest = Math.max(job.dearest, cost);
    } catch (error) {
      if (!isWeirError(error)) throw error;
      if (error.code === 'limit.budget') job.over ??= { status: 'stopped', error: error.message };
      else job.over ??= { status: 'failed', error: error.message };
    }
  }

  async #answer(job: Job, content: ItemContent): Promise<EvalAnswer> {
    const { candidate } = job.definition;
    const { projectId } = job.caller;
    const messages = await messagesFor(candidate, content, { render: this.#of.render, projectId });
    const body = { ...candidate.settings, model: candidate.model, messages };
    const answer = await this.#ask(job, { purpose: 'evaluation', body, isFresh: true });
    if (answer.error !== undefined && STOPS_A_RUN.has(answer.error.code)) throw answer.error;
    return answer;
  }

  async #score(job: Job, content: ItemContent, answer: EvalAnswer): Promise<ScoredAnswer> {
    const { definition, run } = job;
    const checks: readonly Check[] = [...definition.checks, ...(content.checks ?? [])];
    const input: Json = content.messages === undefined ? content.vars : [...content.messages];
    return scoreAnswer(
      { checks, answer, expected: content.expected, input },
      {
        schemaProblem: (text, schema) => this.#of.schemaProblem(run.project_id, text, schema),
        askJudge: ({ model = definition.judge, messages, schema, maxTokens }) => {
          if (model === undefined)
            throw invalidRequest('judge', 'name the model that judges, for the run or the check.');
          const response_format = { type: 'json_schema', json_schema: { name: 'verdict', strict: true, schema } };
          const body = { model, messages, max_tokens: maxTokens, temperature: 0, response_format };
          return this.#ask(job, { purpose: 'eval-judge', body, isFresh: false });
        },
      },
    );
  }

  /** Waits where a rate limit says so. */
  async #ask(job: Job, of: { purpose: string; body: JsonObject; isFresh: boolean }): Promise<EvalAnswer> {
    const { ask, clock } = this.#of;
    const { caller, abort } = job;
    for (let tries = 1; ; tries++) {
      const answer = await ask({ ...of, caller, timeoutMs: CALL_MS, signal: abort.signal });
      const { error } = answer;
      if (error?.code !== 'limit.rate' || tries >= RATE_TRIES) return answer;
      await pause(clock, Math.min(LONGEST_PAUSE_MS, error.retryAfterMs ?? SECOND_MS), abort.signal);
    }
  }

  async #keep(
    job: Job,
    of: { item: DatasetItem; trial: number; answer: EvalAnswer; scored: ScoredAnswer },
  ): Promise<void> {
    const { run } = job;
    const { item, trial, answer, scored } = of;
    const { text, toolCalls, model, finishReason, error } = answer;
    const { problems } = scored;
    const output: ResultOutput = {
      ...{ text, toolCalls, model, finishReason, problems },
      ...(error === undefined ? {} : { error: error.message }),
    };
    await this.#of.runs.addResult(
      {
        ...{ run_id: run.id, item_id: item.id, trial, request_id: answer.requestId },
        succeeded: error === undefined ? 1 : 0,
        error_code: error?.code ?? null,
        output: this.#of.seal.seal(run.project_id, JSON.stringify(output)),
        latency_ms: Math.round(answer.latencyMs),
        ...{ cost_nano: answer.costNano, judge_cost_nano: scored.judgeCostNano },
        ...{ input_tokens: answer.inputTokens, output_tokens: answer.outputTokens },
        created_at: this.#of.clock.now(),
      },
      this.#scoreRows(job, of),
    );
  }

  #scoreRows(job: Job, of: { item: DatasetItem; trial: number; answer: EvalAnswer; scored: ScoredAnswer }): ScoreRow[] {
    const { scores, problems } = of.scored;
    const rows: { metric: string; score: number; reason?: unknown; evaluator?: Check['evaluator'] }[] =
      averages(scores);
    if (problems.length === 0) rows.push({ metric: PASS, score: scores.every(({ hasPassed }) => hasPassed) ? 1 : 0 });
    const now = this.#of.clock.now();
    const { run } = job;
    return rows.map(({ metric, score, reason, evaluator }) => ({
      ...{ id: `eval_${uuidV7(now).replaceAll('-', '')}`, project_id: run.project_id, key_id: run.key_id },
      ...{ inference_id: of.answer.requestId, metric, score, evaluator: 'automated' },
      ...{ evaluator_name: evaluator?.name ?? null, evaluator_version: evaluator?.version ?? null },
      ...{ run_id: run.id, item_id: of.item.id, trial: of.trial, created_at: now },
      reason: reason === undefined ? null : this.#of.seal.seal(run.project_id, JSON.stringify(reason)),
    }));
  }

  #lease(id: string): Promise<boolean> {
    const nowMs = this.#of.clock.now();
    return this.#of.runs.lease(id, { owner: this.#of.owner, nowMs, untilMs: nowMs + LEASE_MS });
  }

  /** Who lost the lease, or whose run was cancelled elsewhere, stops. */
  #renew(id: string, abort: AbortController): () => void {
    let cancel = () => {};
    const again = () => {
      cancel = this.#of.clock.after(RENEW_MS, () => {
        this.#lease(id).then(
          (isOurs) => (isOurs ? again() : abort.abort()),
          () => again(),
        );
      });
    };
    again();
    return () => cancel();
  }
}

/** One score per metric: the mean where several checks have one name. */
function averages(scores: readonly CheckedScore[]) {
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

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, done);
    function done() {
      signal.removeEventListener('abort', stop);
      resolve();
    }
    function stop() {
      cancel();
      done();
    }
    signal.addEventListener('abort', stop, { once: true });
  });
}
