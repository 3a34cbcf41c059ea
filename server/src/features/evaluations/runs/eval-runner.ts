import { isWeirError, toWeirError } from '../../../kernel/errors.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import type { Caller } from '../../../ports/call.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { EvalCalls } from '../../../ports/eval-calls.ts';
import type { EvalRunRow, EvalRunStore } from '../../../ports/evaluation-store.ts';
import type { ContentSeal } from '../../../ports/secrets.ts';
import type { Datasets } from '../datasets/datasets.ts';
import { type AnswerCaseParts, answerCase } from './answer-case.ts';
import type { Case } from './case.ts';
import { judgePair } from './judge-pair.ts';
import { RunCalls } from './run-calls.ts';
import type { RunDefinition } from './run-definition.ts';

export interface EvalRunnerParts extends AnswerCaseParts {
  readonly runs: EvalRunStore;
  readonly datasets: Datasets;
  readonly seal: ContentSeal;
  readonly clock: Clock;
  readonly calls: EvalCalls;
  /** The run's key as it is now. Throws `auth.invalid` when it is gone. */
  readonly callerOf: (keyId: string) => Caller;
  /** Names this process among all that share the database: `home/epoch`. */
  readonly owner: string;
  /** What earlier processes of this home left is free at once; '' means every run. */
  readonly home: string;
  readonly report: (error: unknown, runId: string) => void;
}

const LEASE_MS = 90 * SECOND_MS;
const RENEW_MS = 20 * SECOND_MS;
const LANES = 4;
const PAGE = 500;

/** One run in this process. */
interface Job {
  readonly run: EvalRunRow;
  readonly definition: RunDefinition;
  readonly calls: RunCalls;
  readonly signal: AbortSignal;
  /** Set once: why no further item is begun. */
  over: { status: 'stopped' | 'failed'; error: string } | undefined;
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

  /** Once, before anything begins: goes on with what earlier processes of this home left. */
  async resume(): Promise<void> {
    await this.#of.runs.free({ home: this.#of.home });
    await this.lookAround();
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
      const { signal } = abort;
      const caller = this.#of.callerOf(run.key_id);
      const calls = await RunCalls.open({ ...this.#of, store: runs }, { run, caller, signal });
      const job: Job = { run, definition, calls, signal, over: undefined };
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
      while (job.over === undefined && !job.signal.aborted) {
        const next = await cases.next();
        if (next.done === true) return;
        await this.#one(job, next.value);
      }
    };
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

  async #one(job: Job, of: Case): Promise<void> {
    const { run, definition, calls } = job;
    const common = { run, case: of, ask: calls.of({ id: of.item.id, trial: of.trial }) };
    try {
      const { result, scores } =
        'pair' in definition
          ? await judgePair({ ...common, definition }, { ...this.#of, store: this.#of.runs })
          : await answerCase({ ...common, definition }, this.#of);
      await this.#of.runs.addResult(result, scores);
    } catch (error) {
      if (!isWeirError(error)) throw error;
      const status = error.code === 'limit.budget' ? 'stopped' : 'failed';
      job.over ??= { status, error: error.message };
    }
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
