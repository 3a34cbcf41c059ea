import { uuidV7 } from '../../../kernel/ids.ts';
import type { Json } from '../../../kernel/json.ts';
import { HOUR_MS } from '../../../kernel/time.ts';
import type { RunRow, RunState } from '../../../ports/workflow-store.ts';
import type { Flow } from '../flow.ts';
import { compensate } from './compensate.ts';
import { type Context, type EngineServices, type Frame, type Group, isFinished, knownSteps } from './context.ts';
import { failureJson, failureOf, failureView, Interrupted, StepFailure } from './ending.ts';
import { Fibers } from './fibers.ts';
import { newRun } from './new-run.ts';
import { readAbove } from './read-above.ts';
import { renderIn } from './render-in.ts';
import { Run } from './run.ts';
import { runList } from './run-list.ts';
import { runStep } from './run-step.ts';
import { endSubRuns } from './sub-run.ts';

const RELOAD_MS = 2000;
/** Everything that is asked about one run. */
const MAX_ITEMS = 10_000;

export interface DriveParts {
  readonly services: EngineServices;
  /** As it was claimed. */
  readonly row: RunRow;
  /** Told of each commit. */
  readonly committed: () => void;
  /** Told of sub-runs that begin or shall end. */
  readonly nudge: (runId: string) => void;
}

/** One owned run, from its rows to its end or until nothing can go on. */
export class Drive {
  readonly #parts: DriveParts;
  readonly #ending = new AbortController();
  #isStopping = false;
  #run: Run | undefined;
  #fibers: Fibers | undefined;
  #seenWake: number | null = null;
  #disarm = () => {};
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(parts: DriveParts) {
    this.#parts = parts;
  }

  get id(): string {
    return this.#parts.row.id;
  }

  /** Gives when the run is due again by itself; null: not by itself. */
  async run(): Promise<number | null> {
    const { services, row } = this.#parts;
    try {
      const context = await this.#load();
      if (row.cancel_requested === 1) this.interrupt('cancelled');
      return await this.#interpret(context);
    } catch (error) {
      if (error instanceof Interrupted) return null;
      services.report(error, row.id);
      return await this.#letGo(error);
    } finally {
      this.#disarm();
      this.#run?.giveUp();
    }
  }

  /** Somebody decided something, or a sub-run ended. */
  wake(): void {
    const { services, row } = this.#parts;
    const run = this.#run;
    if (run === undefined) return;
    this.#readInbox()
      .then((inbox) => run.takeInbox(inbox))
      .then(() => this.#fibers?.wake())
      .catch((error) => services.report(error, row.id));
  }

  interrupt(reason: Interrupted['reason']): void {
    if (this.#ending.signal.aborted) return;
    if (reason === 'lost') this.#run?.giveUp();
    const why = new Interrupted(reason);
    this.#ending.abort(why);
    this.#fibers?.interrupt(why);
  }

  /** Starts nothing new; `interrupt('stopping')` ends what still runs then. */
  stop(): void {
    this.#isStopping = true;
    this.#fibers?.interrupt(new Interrupted('stopping'));
  }

  /** Writes nothing any more. */
  giveUp(): void {
    this.#run?.giveUp();
  }

  /** What heartbeat or commit say of the run besides. */
  heard(said: { cancel_requested: number; wake_at: number | null }): void {
    if (said.cancel_requested === 1) this.interrupt('cancelled');
    if (said.wake_at === null || said.wake_at === this.#seenWake) return;
    this.#seenWake = said.wake_at;
    this.wake();
  }

  async #load(): Promise<Context> {
    const { services, row, committed, nudge } = this.#parts;
    const { runs } = services.store;
    const of = { projectId: row.project_id, runId: row.id };
    const isNew = row.sequence === 0;
    const [flow, above, steps, attempts, inbox] = await Promise.all([
      services.flows.of(row.workflow_id, row.version),
      readAbove(services, row),
      isNew && row.forked_from === null ? [] : runs.steps(of),
      isNew ? [] : runs.attempts({ projectId: row.project_id, runIds: [row.id] }),
      isNew ? [] : this.#readInbox(),
    ]);
    const run = new Run({
      ...{ row, flow, steps, attempts, inbox, runs, clock: services.clock },
      committed: (said) => {
        committed();
        this.heard(said);
      },
    });
    this.#run = run;
    this.#fibers = new Fibers((dueAt) => this.#arm(dueAt));
    if (row.started_at === null) run.setState({ started_at: services.clock.now() });
    return {
      ...{ run, services, nudge, fibers: this.#fibers, ending: this.#ending.signal },
      isStopping: () => this.#isStopping,
      env: services.env(flow.env),
      ancestors: above.rows,
      above: above.bounds,
    };
  }

  /** What kept the run from going on is no failure of its steps: it is tried again, or, when that helps nobody, ended. */
  async #letGo(error: unknown): Promise<number | null> {
    const { services, row } = this.#parts;
    const failure = failureOf(error, '');
    const isPassing = failure.code === 'store.unavailable';
    const now = services.clock.now();
    const again = now + RELOAD_MS;
    const over = { status: 'failed', error: failureJson(failure), ended_at: now, wake_at: null } as const;
    const run = this.#run?.state ?? row;
    const state = { ...run, ...(isPassing ? { status: row.status, wake_at: again } : over), isReleased: true };
    const write = { steps: [], attempts: [], inbox: [], children: [], run: state };
    const of = { runId: row.id, projectId: row.project_id, owner: row.owner ?? '', fence: row.fence };
    // Nobody else takes the run while this process keeps its lease.
    for (; !this.#isStopping; ) {
      try {
        await services.store.runs.commit({ ...of, ...write, sequence: (this.#run?.sequence ?? row.sequence) + 1 });
        return isPassing ? again : null;
      } catch {
        await new Promise<void>((resolve) => void services.clock.after(RELOAD_MS, resolve));
      }
    }
    return null;
  }

  /** Oldest first. */
  async #readInbox() {
    const { services, row } = this.#parts;
    const items = await services.inbox.list({ projectId: row.project_id, runId: row.id, limit: MAX_ITEMS });
    return items.reverse();
  }

  /** While other branches go on, those that wait for a time are woken then. */
  #arm(dueAt: number): void {
    const { clock } = this.#parts.services;
    if (dueAt >= this.#armedFor) return;
    this.#disarm();
    this.#armedFor = dueAt;
    this.#disarm = clock.after(Math.min(Math.max(0, dueAt - clock.now()), HOUR_MS), () => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      this.#fibers?.wake();
    });
  }

  async #interpret(context: Context): Promise<number | null> {
    const { run } = context;
    const group: Group = { parent: undefined, isStopped: false, deadline: deadlineOfRun(run) };
    const frame: Frame = { prefix: '', steps: knownSteps(run, ''), group, around: [] };
    try {
      const last = await runList(context, run.flow.steps, { frame, runStep });
      const output = run.flow.output === undefined ? last : renderIn(context, run.flow.output, frame);
      return await this.#end(context, { status: 'completed', output: JSON.stringify(output) });
    } catch (thrown) {
      const isOver = !(thrown instanceof Interrupted) || thrown.reason === 'cancelled';
      if (isOver && (await endSubRuns(context))) return this.#lookAgain(run);
      if (thrown instanceof Interrupted) return this.#interrupted(context, thrown);
      return this.#failed(context, failureOf(thrown, ''));
    }
  }

  /** The run comes to the same end once its sub-runs have theirs. */
  async #lookAgain(run: Run): Promise<number> {
    const wake_at = this.#parts.services.clock.now() + RELOAD_MS;
    run.setState({ status: 'waiting', wake_at, isReleased: true });
    await run.durable();
    return wake_at;
  }

  async #interrupted(context: Context, { reason }: Interrupted): Promise<number | null> {
    const { run, services, fibers } = context;
    switch (reason) {
      case 'cancelled': {
        const error = failureJson(new StepFailure('call.cancelled', { message: 'The run was cancelled.' }));
        return this.#end(context, { status: 'cancelled', error });
      }
      case 'parked': {
        const times = [fibers.parkedUntil, run.row.deadline_at].filter((at) => at !== null);
        const wake_at = times.length === 0 ? null : Math.min(...times);
        run.setState({ status: 'waiting', wake_at, isReleased: true });
        await run.durable();
        return wake_at;
      }
      case 'stopping':
        run.setState({ status: 'pending', wake_at: services.clock.now(), isReleased: true });
        await run.durable();
        return null;
      default:
        return null;
    }
  }

  async #failed(context: Context, failure: StepFailure): Promise<number | null> {
    const { run, services } = context;
    const { strategy, workflow } = run.flow.onFailure;
    if (strategy === 'rollback') {
      try {
        await compensate(context, { parent: undefined, isStopped: false, deadline: undefined });
      } catch (thrown) {
        if (thrown instanceof Interrupted) return this.#interrupted(context, thrown);
        throw thrown;
      }
    }
    if (workflow !== undefined) await addFailureRun(context, { workflow, failure });
    if (failure.code === 'bug') services.report(failure.cause ?? failure, run.row.id);
    return this.#end(context, { status: 'failed', error: failureJson(failure) });
  }

  async #end(context: Context, state: Partial<RunState> & Pick<RunState, 'status'>): Promise<null> {
    const { run, services } = context;
    const ended_at = services.clock.now();
    for (const row of [...run.steps.values()]) {
      if (!isFinished(row)) run.put(row.path, { status: 'cancelled', ended_at, due_at: null });
    }
    run.setState({ output: null, error: null, ...state, wake_at: null, ended_at, isReleased: true });
    await run.durable();
    return null;
  }
}

function deadlineOfRun({ row, flow }: Run): Group['deadline'] {
  if (row.deadline_at === null) return undefined;
  const what =
    flow.timeoutMs === undefined
      ? 'The run took longer than its parent allows.'
      : `The run took longer than its timeout of ${flow.timeoutMs} ms.`;
  return { atMs: row.deadline_at, what };
}

/** The workflow that the definition names for failures begins with the commit that ends this run. */
async function addFailureRun(context: Context, of: { workflow: string; failure: StepFailure }): Promise<void> {
  const { run, services } = context;
  const found = await services.flows.find(run.row.project_id, of.workflow);
  if (found === undefined)
    return services.report(new Error(`there is no workflow "${of.workflow}" for failures`), run.row.id);
  const flow: Flow = await services.flows.of(found.id, found.version);
  const input: Json = {
    error: failureView(of.failure),
    run: { id: run.row.id, workflow: run.flow.name, version: run.row.version, input: run.input },
  };
  const nowMs = services.clock.now();
  const id = `exec_${uuidV7(nowMs).replaceAll('-', '')}`;
  run.addChild(
    newRun({ ...run.row, id, workflowId: found.id, version: found.version, flow, input, nowMs, trigger: 'workflow' }),
  );
  context.nudge(id);
}
