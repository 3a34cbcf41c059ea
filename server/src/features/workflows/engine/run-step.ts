import type { Json } from '../../../kernel/json.ts';
import type { StepRow } from '../../../ports/workflow-store.ts';
import { holds } from '../expressions/holds.ts';
import type { Step, StepOf, StepView } from '../flow.ts';
import { runApproval } from './approval.ts';
import { backoffMs, mayRetry } from './backoff.ts';
import { boundOfStep } from './bounds.ts';
import { runBranch, runParallel, runSwitch } from './branches.ts';
import { type Context, checkGoing, type Frame, type Group, isFinished, scopeOf, viewOf, waitFor } from './context.ts';
import type { Done } from './done.ts';
import { failureJson, failureOf, failureView, Interrupted, readFailure, StepFailure } from './ending.ts';
import { runMap } from './map.ts';
import { renderIn } from './render-in.ts';
import { runList } from './run-list.ts';
import { runSubRun } from './sub-run.ts';
import { runWait } from './wait.ts';
import { runWork, Skipped } from './work.ts';

/** An output is a row: beyond this it is no output but a file. */
const MAX_OUTPUT = 4 * 1024 * 1024;

/** Brings one step from where its rows say it is to its end. */
export async function runStep(context: Context, step: Step, frame: Frame): Promise<StepView> {
  const { run } = context;
  const path = frame.prefix + step.name;
  const known = run.steps.get(path);
  if (known !== undefined && isFinished(known)) return settled(context, step, known);
  checkGoing(context, frame.group);
  if (known === undefined || known.status === 'pending') {
    const row = run.begin(step, path);
    try {
      if (step.when !== undefined && !holds(step.when, scopeOf(context, frame)))
        return end(context, row, { frame, patch: { status: 'skipped' } });
    } catch (thrown) {
      return failed(context, step, { row, frame, failure: failureOf(thrown, path) });
    }
  }
  const row = run.steps.get(path) as StepRow;
  const group = groupOf(step, row, frame.group);
  const inner = { ...frame, group, around: aroundOf(context, step, { path, frame }) };
  if (row.error !== null) return caught(context, step, { row, frame, failure: readFailure(row.error) });
  try {
    const done = await perform(context, step, { path, frame: inner });
    return end(context, row, {
      frame,
      patch: { status: 'completed', ...written(step, done) },
      output: done.output,
    });
  } catch (thrown) {
    if (thrown instanceof Skipped) return end(context, row, { frame, patch: { status: 'skipped' } });
    if (thrown instanceof Interrupted) throw thrown;
    if (!(thrown instanceof StepFailure)) noteBug(context, thrown);
    const failure = failureOf(thrown, path);
    if (isContainer(step) && mayRetry(step, failure, row.retry_count + 1))
      return again(context, step, { row, frame, failure });
    if (step.catch !== undefined) return caught(context, step, { row, frame, failure });
    return failed(context, step, { row, frame, failure });
  }
}

async function perform(context: Context, step: Step, at: { path: string; frame: Frame }): Promise<Done> {
  const { frame } = at;
  switch (step.type) {
    case 'condition':
      return runBranch(context, step, { ...at, runStep });
    case 'switch':
      return runSwitch(context, step, { ...at, runStep });
    case 'parallel':
      return runParallel(context, step, { ...at, runStep });
    case 'map':
      return runMap(context, step, { ...at, runStep });
    case 'workflow':
      return runSubRun(context, step, at);
    case 'wait':
      return runWait(context, step, at);
    case 'approval':
      return runApproval(context, step, at);
    case 'set':
      return { output: renderIn(context, step.values, frame) };
    case 'fail':
      throw new StepFailure('step.failed', { message: textOf(renderIn(context, step.message, frame)) });
    default:
      return runWork(context, step as StepOf<'tool'>, at);
  }
}

/** What the rows say of a step that is over. */
function settled(context: Context, step: Step, row: StepRow): StepView {
  if (row.status === 'cancelled') throw new Interrupted('beside');
  if (row.status === 'failed' && !goesOn(context, step)) throw readFailure(row.error ?? '{}');
  return viewOf(row);
}

/** `output` spares reading what was just written. */
function end(
  context: Context,
  { path, step_name }: StepRow,
  of: { frame: Frame; patch: Partial<StepRow>; output?: Json },
): StepView {
  const { frame, patch, output } = of;
  const row = context.run.put(path, { ...patch, ended_at: context.services.clock.now(), due_at: null });
  const view = viewOf(row, output);
  frame.steps[step_name] = view;
  return view;
}

function failed(context: Context, step: Step, of: { row: StepRow; frame: Frame; failure: StepFailure }): StepView {
  const { row, frame, failure } = of;
  const view = end(context, row, { frame, patch: { status: 'failed', error: failureJson(failure) } });
  if (goesOn(context, step)) return view;
  throw failure;
}

function goesOn({ run }: Context, step: Step): boolean {
  return step.onError === 'continue' || run.flow.onFailure.strategy === 'continue';
}

/** The steps of `catch` stand in for the one that failed. */
async function caught(
  context: Context,
  step: Step,
  of: { row: StepRow; frame: Frame; failure: StepFailure },
): Promise<StepView> {
  const { row, frame, failure } = of;
  context.run.put(row.path, { status: 'running', error: failureJson(failure), due_at: null });
  const inner = { ...frame, prefix: `${row.path}/catch/`, error: failureView(failure) };
  try {
    const output = await runList(context, step.catch ?? [], { frame: inner, runStep });
    return end(context, row, {
      frame,
      patch: { status: 'completed', error: null, ...written(step, { output }) },
      output,
    });
  } catch (thrown) {
    if (thrown instanceof Interrupted) throw thrown;
    return failed(context, step, { row, frame, failure: failureOf(thrown, row.path) });
  }
}

/** A step of steps runs again: what is finished in it stays, what failed begins anew. */
async function again(
  context: Context,
  step: Step,
  of: { row: StepRow; frame: Frame; failure: StepFailure },
): Promise<StepView> {
  const { run, services } = context;
  const { row, frame } = of;
  for (const inner of [...run.steps.values()]) {
    const isOpen = inner.status === 'failed' || inner.status === 'cancelled';
    if (inner.path.startsWith(row.path) && /^[/[]/.test(inner.path.slice(row.path.length)) && isOpen) {
      run.put(inner.path, { status: 'pending', error: null });
    }
  }
  const count = row.retry_count + 1;
  const dueAt = services.clock.now() + backoffMs(step.retry, count);
  run.put(row.path, { status: 'running', retry_count: count });
  await waitFor(context, { group: frame.group, dueAt, look: () => (services.clock.now() >= dueAt ? true : undefined) });
  return runStep(context, step, frame);
}

function isContainer({ type }: Step): boolean {
  return type === 'condition' || type === 'switch' || type === 'parallel' || type === 'map';
}

/** A step of steps has its time as a whole; others have it per attempt. */
function groupOf(step: Step, row: StepRow, parent: Group): Group {
  if (step.timeoutMs === undefined || !isContainer(step)) return parent;
  const deadline = {
    atMs: (row.started_at ?? 0) + step.timeoutMs,
    what: `Step "${step.name}" took longer than its timeout of ${step.timeoutMs} ms.`,
  };
  return { parent, isStopped: false, deadline };
}

function aroundOf({ run }: Context, step: Step, { path, frame }: { path: string; frame: Frame }): Frame['around'] {
  const { budget, name } = step;
  return budget === undefined ? frame.around : [...frame.around, boundOfStep(run.row.id, { path, name, budget })];
}

function written(step: Step, { output, raw }: Done): Partial<StepRow> {
  const text = JSON.stringify(output);
  const rawText = raw === undefined ? undefined : JSON.stringify(raw);
  const size = Math.max(text.length, rawText?.length ?? 0);
  if (size > MAX_OUTPUT) {
    throw new StepFailure('request.too_large', {
      message: `The output of step "${step.name}" has ${size} characters; ${MAX_OUTPUT} are allowed. Let it return less, or keep the data elsewhere and return where it is.`,
    });
  }
  return { output: text, ...(rawText === undefined ? {} : { raw: rawText }) };
}

function noteBug({ run, services }: Context, thrown: unknown): void {
  if (failureOf(thrown, '').code === 'bug') services.report(thrown, run.row.id);
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
