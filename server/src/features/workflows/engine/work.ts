import { WeirError } from '../../../kernel/errors.ts';
import { requestId } from '../../../kernel/ids.ts';
import { asObject, type Json } from '../../../kernel/json.ts';
import type { UsageRecord } from '../../../kernel/usage-record.ts';
import type { AttemptRow } from '../../../ports/workflow-store.ts';
import type { StepOf } from '../flow.ts';
import { sharesOf } from '../model-shares.ts';
import type { StepResult, StepRunner, WorkType } from '../steps/step-runner.ts';
import { ask } from './ask.ts';
import { backoffMs, mayRetry } from './backoff.ts';
import { type Context, checkGoing, deadlineOf, type Frame, scopeOf, waitFor } from './context.ts';
import type { Done } from './done.ts';
import { failureJson, failureOf, Interrupted, readFailure, StepFailure } from './ending.ts';
import { moreOf, raiseBudget, wasRaised } from './raise-budget.ts';
import { modelOf, recordsOfAttempt } from './records-of-attempt.ts';
import { boundsOf } from './run-budgets.ts';

/** Work without a timeout of its own does not run for ever. */
const DEFAULT_TIMEOUT_MS = 600_000;
/** What a timer can count to. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const GRACE_MS = 5000;
/** A step whose process died so often is what kills it. */
const MAX_LOST = 20;

type WorkStep = StepOf<WorkType>;

interface Place {
  readonly path: string;
  readonly frame: Frame;
}

/** A person said that the step should be left out. */
export class Skipped extends Error {}

/** Brings a step that does something outside to its result, from where its attempts say it is. */
export async function runWork(context: Context, step: WorkStep, at: Place): Promise<Done> {
  const { run } = context;
  let isApproved = wasApproved(run.attempts(at.path));
  for (;;) {
    const tries = run.attempts(at.path);
    const last = tries.at(-1);
    if (last?.status === 'answered' || last?.status === 'completed') return completeKept(context, last);
    if (last?.status === 'running' || last?.status === 'lost') {
      const done = await afterCrash(context, step, { ...at, last });
      if (done !== undefined) return done;
    }
    if (last?.status === 'failed') isApproved = (await beforeNextTry(context, step, { ...at, last })) || isApproved;
    const done = await attempt(context, step, { ...at, number: tries.length + 1, isApproved });
    if (done !== undefined) return done;
  }
}

/** What was refused as too dear is tried again only when somebody approved it. */
function wasApproved(tries: readonly AttemptRow[]): boolean {
  return tries.slice(0, -1).some(({ error }) => error !== null && readFailure(error).code === 'approval.required');
}

/** One try; undefined: it failed, and its row says why. */
async function attempt(
  context: Context,
  step: WorkStep,
  { path, frame, number, isApproved }: Place & { number: number; isApproved: boolean },
): Promise<Done | undefined> {
  const { run, services } = context;
  const runner = services.runners[step.type] as StepRunner | undefined;
  if (runner === undefined) {
    throw new StepFailure('request.invalid', {
      message: `This server has nothing that runs steps of type ${step.type}.`,
    });
  }
  const input = runner.render(step, scopeOf(context, frame));
  const effect = await runner.effect(step, input);
  const caller = services.callerOf(run.row.key_id);
  checkGoing(context, frame.group);
  const tried = run.attempts(path).filter(({ status }) => status === 'failed').length;
  const now = services.clock.now();
  const row: AttemptRow = {
    run_id: run.row.id,
    path,
    attempt: number,
    status: 'running',
    effect,
    input: JSON.stringify(input),
    idempotency_key: `${run.row.id}:${path}:${tried}`,
    request_id: runner.asksModel ? requestId(now) : null,
    answer: null,
    error: null,
    tokens_used: 0,
    cost_nano: runner.asksModel ? null : 0,
    model_name: null,
    models: null,
    started_at: now,
    ended_at: null,
  };
  run.putAttempt(row);
  run.put(path, { status: 'running', due_at: null });
  await run.durable();
  checkGoing(context, frame.group);
  const records: UsageRecord[] = [];
  const asked: Promise<unknown>[] = [];
  const timeoutMs = timeFor(context, step, frame);
  const stop = new AbortController();
  try {
    const result = await within(context, { stop, timeoutMs, step }, () => {
      const working = runner.perform(step, input, {
        runId: run.row.id,
        path,
        stepName: step.name,
        number,
        idempotencyKey: row.idempotency_key,
        requestId: row.request_id ?? requestId(now),
        caller,
        userId: run.row.user_id ?? undefined,
        signal: stop.signal,
        timeoutMs,
        isApproved,
        ...boundsOf(context, frame, { isApproved }),
        asks: (question) => void asked.push(question),
        settled: (record) => void records.push(record),
        keep(answer) {
          run.putAttempt({ ...row, status: 'answered', answer: JSON.stringify(answer), ...known(row, answer, []) });
          return run.durable();
        },
      });
      asked.push(working);
      return working;
    });
    complete(context, row, { result, records: (await over(context, asked)) ? records : undefined });
    return doneOf(result);
  } catch (thrown) {
    const isKnown = await over(context, asked);
    // What a cancelled or ending process leaves is told by its rows; of another owner's run nothing may be written.
    if (thrown instanceof Interrupted && thrown.reason !== 'cancelled') throw thrown;
    const failure =
      thrown instanceof Interrupted
        ? new StepFailure('call.cancelled', { message: 'The run was cancelled.', step: path })
        : failureOf(thrown, path);
    if (failure.code === 'bug') services.report(thrown, run.row.id);
    const error = failureJson(failure);
    const cost = known(row, undefined, isKnown ? records : undefined);
    run.putAttempt({ ...row, status: 'failed', error, ...cost, ended_at: services.clock.now() });
    if (thrown instanceof Interrupted) throw thrown;
    return undefined;
  }
}

/** Runs the work until it is done, its time is over or the run ends; what is still on its way then is told to stop. */
async function within<T>(
  context: Context,
  of: { stop: AbortController; timeoutMs: number; step: WorkStep },
  work: () => Promise<T>,
): Promise<T> {
  const { stop, timeoutMs, step } = of;
  const { ending, services } = context;
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (why: Error) => {
    stop.abort(why);
    reject(why);
  };
  const interrupt = () => end(ending.reason as Error);
  ending.addEventListener('abort', interrupt, { once: true });
  const message = `Step "${step.name}" took longer than ${timeoutMs} ms.`;
  const disarm = services.clock.after(timeoutMs, () => end(new WeirError('upstream.timeout', { message })));
  try {
    return await Promise.race([work(), promise]);
  } finally {
    disarm();
    ending.removeEventListener('abort', interrupt);
  }
}

/**
 * What was asked for an attempt is part of its cost: waits until all of it is known, for a moment. Work that was told to stop may ask
 * for more until it ends. False: some is not known.
 */
async function over({ services }: Context, asked: readonly Promise<unknown>[]): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const cancel = services.clock.after(GRACE_MS, () => resolve(false));
  const isKnown = await Promise.race([allOf(asked), late]);
  cancel();
  return isKnown;
}

/** Resolves when all are over, those that are added meanwhile too. */
async function allOf(growing: readonly Promise<unknown>[]): Promise<true> {
  for (let seen = 0; seen < growing.length; ) {
    seen = growing.length;
    await Promise.allSettled(growing);
  }
  return true;
}

function timeFor({ services }: Context, step: WorkStep, { group }: Frame): number {
  const deadline = deadlineOf(group);
  const own = Math.min(step.timeoutMs ?? DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS);
  return deadline === undefined ? own : Math.max(1, Math.min(own, deadline - services.clock.now()));
}

function complete(
  context: Context,
  row: AttemptRow,
  of: { result: StepResult; records: readonly UsageRecord[] | undefined },
): void {
  const ended_at = context.services.clock.now();
  context.run.putAttempt({ ...row, status: 'completed', answer: null, ended_at, ...known(row, of.result, of.records) });
}

/** What is known of money and tokens; the ledger's word counts. `records` undefined: it is asked when somebody looks at the run. */
function known(
  row: AttemptRow,
  result: StepResult | undefined,
  records: readonly UsageRecord[] | undefined,
): Partial<AttemptRow> {
  const model_name = result?.model ?? modelOf(row, records ?? []);
  if (records === undefined) return { model_name, cost_nano: null };
  if (records.length === 0) return { model_name, tokens_used: result?.tokens ?? 0 };
  const sum = (of: (record: UsageRecord) => number) => records.reduce((total, record) => total + of(record), 0);
  return {
    model_name,
    tokens_used: sum(({ tokens_used }) => tokens_used),
    cost_nano: sum(({ cost_nano_usd }) => cost_nano_usd),
    models: JSON.stringify(sharesOf(records)),
  };
}

/** The process died, or this one was told to stop, between the answer and the end of its step. */
async function completeKept(context: Context, row: AttemptRow): Promise<Done> {
  const result = JSON.parse(row.answer ?? '{"output":null}') as StepResult;
  complete(context, row, { result, records: await recordsOf(context, row) });
  return doneOf(result);
}

/** What the ledger has of an attempt of a process that is gone; undefined: nothing yet, or it cannot be read now. */
async function recordsOf({ run, services }: Context, row: AttemptRow): Promise<readonly UsageRecord[] | undefined> {
  if (row.request_id === null && run.steps.get(row.path)?.type !== 'tool') return [];
  const records = await services.recordsOfRuns([run.row.id], row.started_at).catch(() => undefined);
  const found = recordsOfAttempt(row, { tries: run.attempts(row.path), records: records ?? [] });
  return found.length === 0 ? undefined : found;
}

/** An intent without a result. Done: it happened; undefined: it is to be done. */
async function afterCrash(
  context: Context,
  step: WorkStep,
  of: Place & { last: AttemptRow },
): Promise<Done | undefined> {
  const { run, services } = context;
  const { path, last } = of;
  if (last.status === 'running') {
    const records = await recordsOf(context, last);
    run.putAttempt({ ...last, status: 'lost', ended_at: services.clock.now(), ...known(last, undefined, records) });
  }
  if (run.attempts(path).filter(({ status }) => status === 'lost').length > MAX_LOST) {
    throw new StepFailure('bug', { message: `The process died ${MAX_LOST} times while step "${step.name}" ran.` });
  }
  return last.effect === 'once' ? askWhatHappened(context, step, of) : undefined;
}

/** The three answers to "did it happen?". */
const OUTCOMES = ['happened', 'not_happened', 'skip'] as const;

async function askWhatHappened(
  context: Context,
  step: WorkStep,
  of: Place & { last: AttemptRow },
): Promise<Done | undefined> {
  const answer = await ask(context, step, {
    ...of,
    question: () => ({
      kind: 'needs_attention',
      title: `Did step "${step.name}" happen? Its process ended while it ran.`,
      detail: { input: JSON.parse(of.last.input) as Json, attempt: of.last.attempt, started_at: of.last.started_at },
      form: {
        type: 'object',
        required: ['outcome'],
        properties: {
          outcome: {
            type: 'string',
            enum: [...OUTCOMES],
            description: 'happened: go on with the output · not_happened: run it again · skip: leave it out',
          },
          output: { description: 'What the step gave, when it happened' },
        },
      },
      status: 'needs_attention',
      dueAt: null,
    }),
  });
  const said = asObject(answer.data);
  const outcome = OUTCOMES.find((each) => each === said?.outcome);
  if (answer.status !== 'approved' || outcome === undefined) {
    throw new StepFailure('step.unknown', {
      message: `Nobody knows whether step "${step.name}" happened: its process ended while it ran.`,
    });
  }
  context.run.put(of.path, { status: 'running' });
  if (outcome === 'skip') throw new Skipped();
  return outcome === 'happened' ? { output: said?.output ?? null } : undefined;
}

/** Waits as the failure asks for. True: a dear call was approved. Throws it when it is for good. */
async function beforeNextTry(context: Context, step: WorkStep, of: Place & { last: AttemptRow }): Promise<boolean> {
  const { run, services } = context;
  const { path, frame, last } = of;
  const failure = readFailure(last.error ?? '{}');
  if (failure.code === 'approval.required') return askForCall(context, step, { ...of, failure });
  if (failure.code === 'limit.budget' && failure.details.on_exceed === 'pause') {
    await askForMoney(context, step, { ...of, failure });
    return false;
  }
  const startedAt = run.steps.get(path)?.started_at ?? 0;
  const counted = run
    .attempts(path)
    .filter(({ status, started_at, error }) => status === 'failed' && started_at >= startedAt && !isPause(error));
  // What failed before the run was resumed counts no more.
  if (counted.length === 0) return false;
  if (!mayRetry(step, failure, counted.length)) throw failure;
  const dueAt = (last.ended_at ?? 0) + backoffMs(step.retry, counted.length);
  if (services.clock.now() < dueAt) {
    run.put(path, { status: 'waiting', due_at: dueAt });
    await waitFor(context, {
      group: frame.group,
      dueAt,
      look: () => (services.clock.now() >= dueAt ? true : undefined),
    });
  }
  return false;
}

function isPause(error: string | null): boolean {
  const { code, details } = readFailure(error ?? '{}');
  return code === 'approval.required' || (code === 'limit.budget' && details.on_exceed === 'pause');
}

async function askForCall(context: Context, step: WorkStep, of: Place & { failure: StepFailure }): Promise<boolean> {
  const { failure } = of;
  const answer = await ask(context, step, {
    ...of,
    question: () => ({
      ...{
        kind: 'call',
        title: `May step "${step.name}" make a dear call?`,
        status: 'waiting',
        dueAt: null,
        form: null,
      },
      detail: { message: failure.message, ...failure.details },
    }),
  });
  if (answer.status !== 'approved') throw failure;
  return true;
}

async function askForMoney(context: Context, step: WorkStep, of: Place & { failure: StepFailure }): Promise<void> {
  const { failure } = of;
  const isAsked = context.run.steps.get(of.path)?.status === 'waiting';
  if (!isAsked && (await wasRaised(context, failure))) return;
  const question = await moreOf(context, step, failure);
  const answer = await ask(context, step, { ...of, question: () => question });
  if (answer.status !== 'approved') throw failure;
  await raiseBudget(context, failure, answer.data);
}

function doneOf({ output, raw }: StepResult): Done {
  return { output, ...(raw === undefined ? {} : { raw }) };
}
