import { uuidV7 } from '../../../kernel/ids.ts';
import type { Json } from '../../../kernel/json.ts';
import type { AttemptRow, RunRow } from '../../../ports/workflow-store.ts';
import type { StepOf } from '../flow.ts';
import { backoffMs, mayRetry } from './backoff.ts';
import { type Context, type Frame, type Group, waitFor } from './context.ts';
import type { Done } from './done.ts';
import { failureJson, Interrupted, readFailure, StepFailure } from './ending.ts';
import { newRun } from './new-run.ts';
import { renderIn } from './render-in.ts';

/** Runs that start runs that start runs: a workflow that calls itself must end somewhere. */
const MAX_DEPTH = 10;

interface Place {
  readonly path: string;
  readonly frame: Frame;
}

/** Starts another workflow as a run of its own and waits for its end. Each try of it is an attempt, whose key is the sub-run's id. */
export async function runSubRun(context: Context, step: StepOf<'workflow'>, at: Place): Promise<Done> {
  const { run, services } = context;
  const { path, frame } = at;
  for (;;) {
    const tries = run.attempts(path);
    let last = tries.at(-1);
    if (last?.status === 'completed') return { output: JSON.parse(last.answer ?? 'null') as Json };
    if (last?.status === 'failed') {
      const failure = readFailure(last.error ?? '{}');
      const startedAt = run.steps.get(path)?.started_at ?? 0;
      const failed = tries.filter(({ status, started_at }) => status === 'failed' && started_at >= startedAt).length;
      if (failed > 0 && !mayRetry(step, failure, failed)) throw failure;
      const dueAt = (last.ended_at ?? 0) + backoffMs(step.retry, Math.max(1, failed));
      await waitFor(context, {
        group: frame.group,
        dueAt,
        look: () => (services.clock.now() >= dueAt ? true : undefined),
      });
      last = undefined;
    }
    const running = last ?? (await start(context, step, at));
    const child = await endOf(context, { running, frame });
    const done = over(context, step, { running, child });
    if (done !== undefined) return done;
  }
}

/**
 * Waits for the end of a sub-run. When what is beside it failed, or its time is over, it is cancelled, and what it has cost by
 * then is the step's all the same.
 */
async function endOf(context: Context, { running, frame }: { running: AttemptRow; frame: Frame }): Promise<RunRow> {
  const { run, services } = context;
  const { project_id } = run.row;
  const look = async () => {
    const row = await services.store.runs.get(project_id, running.idempotency_key);
    return row?.ended_at == null ? undefined : row;
  };
  try {
    return await waitFor(context, { group: frame.group, dueAt: null, look });
  } catch (thrown) {
    const isGivenUp = thrown instanceof StepFailure || (thrown instanceof Interrupted && thrown.reason === 'beside');
    if (!isGivenUp) throw thrown;
    await services.store.runs.cancel(project_id, running.idempotency_key, services.clock.now());
    context.nudge(running.idempotency_key);
    const child = await waitFor(context, { group: UNBOUNDED, dueAt: null, look });
    const error = thrown instanceof StepFailure ? thrown : new StepFailure('call.cancelled', { message: BESIDE });
    run.putAttempt({ ...endedWith(context, running, child), status: 'failed', error: failureJson(error) });
    throw thrown;
  }
}

/**
 * Cancels the sub-runs that a run leaves behind when it ends, and takes over what they cost. True: some go on for a moment, and
 * the run must wait for them.
 */
export async function endSubRuns(context: Context): Promise<boolean> {
  const { run, services } = context;
  const { project_id } = run.row;
  const { runs } = services.store;
  let isWaiting = false;
  for (const attempt of run.allAttempts()) {
    if (attempt.status !== 'running' || run.steps.get(attempt.path)?.type !== 'workflow') continue;
    const child = await runs.get(project_id, attempt.idempotency_key);
    if (child === undefined) continue;
    if (child.ended_at === null) {
      await runs.cancel(project_id, child.id, services.clock.now());
      context.nudge(child.id);
      isWaiting = true;
    } else {
      const error = failureJson(new StepFailure('call.cancelled', { message: 'The run ended.' }));
      run.putAttempt({ ...endedWith(context, attempt, child), status: 'failed', error });
    }
  }
  return isWaiting;
}

const UNBOUNDED: Group = { parent: undefined, isStopped: false, deadline: undefined };
const BESIDE = 'A step beside it failed.';

function endedWith({ services }: Context, running: AttemptRow, { cost_nano, tokens_used }: RunRow): AttemptRow {
  return { ...running, ended_at: services.clock.now(), cost_nano, tokens_used };
}

async function start(context: Context, step: StepOf<'workflow'>, { path, frame }: Place): Promise<AttemptRow> {
  const { run, services, ancestors } = context;
  if (ancestors.length >= MAX_DEPTH) {
    throw new StepFailure('request.invalid', {
      message: `Workflows call each other ${MAX_DEPTH} levels deep, and step "${step.name}" would go deeper.`,
    });
  }
  const found = await services.flows.find(run.row.project_id, step.workflow);
  if (found === undefined) {
    throw new StepFailure('resource.not_found', {
      message: `Step "${step.name}": there is no workflow "${step.workflow}".`,
    });
  }
  const now = services.clock.now();
  const version = step.version ?? found.version;
  const flow = await services.flows.of(found.id, version);
  const input = renderIn(context, step.input, frame);
  const child: RunRow = {
    ...newRun({
      ...run.row,
      id: `exec_${uuidV7(now).replaceAll('-', '')}`,
      workflowId: found.id,
      version,
      flow,
      input,
      nowMs: now,
      trigger: 'workflow',
    }),
    parent_run_id: run.row.id,
    parent_path: path,
  };
  const row: AttemptRow = {
    ...{ run_id: run.row.id, path, attempt: run.attempts(path).length + 1, status: 'running', effect: 'idempotent' },
    ...{ input: JSON.stringify(input), idempotency_key: child.id, request_id: null, answer: null, error: null },
    ...{ tokens_used: 0, cost_nano: 0, model_name: null, models: null, started_at: now, ended_at: null },
  };
  run.putAttempt(row);
  run.put(path, { status: 'waiting' });
  run.addChild(child);
  await run.durable();
  context.nudge(child.id);
  return row;
}

/** The sub-run is over; undefined: it failed. */
function over(
  context: Context,
  step: StepOf<'workflow'>,
  of: { running: AttemptRow; child: RunRow },
): Done | undefined {
  const { running, child } = of;
  const ended = endedWith(context, running, child);
  context.run.put(running.path, { status: 'running' });
  if (child.status === 'completed') {
    context.run.putAttempt({ ...ended, status: 'completed', answer: child.output });
    return { output: JSON.parse(child.output ?? 'null') as Json };
  }
  const why = readFailure(child.error ?? '{}');
  const failure = new StepFailure(child.status === 'cancelled' ? 'call.cancelled' : why.code, {
    message: `Workflow "${step.workflow}" (${child.id}) ${child.status}: ${why.message}`,
    retryable: why.retryable,
    details: why.details,
  });
  context.run.putAttempt({ ...ended, status: 'failed', error: failureJson(failure) });
  return undefined;
}
