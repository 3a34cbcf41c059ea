import { isWeirError } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import type { Clock } from '../../../ports/clock.ts';
import type {
  AttemptRow,
  InboxRow,
  RunRow,
  RunState,
  RunWrite,
  StepRow,
  WorkflowStore,
} from '../../../ports/workflow-store.ts';
import type { Flow, Step } from '../flow.ts';
import { Interrupted } from './ending.ts';

const RETRY_MS = 200;
const MAX_RETRY_MS = 2000;

export interface RunParts {
  readonly row: RunRow;
  readonly flow: Flow;
  readonly steps: readonly StepRow[];
  readonly attempts: readonly AttemptRow[];
  readonly inbox: readonly InboxRow[];
  readonly runs: WorkflowStore['runs'];
  readonly clock: Clock;
  /** Told of each commit: what the database said of the run besides. */
  readonly committed: (said: { cancel_requested: number; wake_at: number | null }) => void;
}

/**
 * The rows of a run that this process owns, in memory, and their way into the database. What is put becomes durable in one
 * commit with everything put meanwhile: with the next intent, or at the end of the turn of the event loop.
 */
export class Run {
  readonly row: RunRow;
  readonly flow: Flow;
  readonly input: Json;
  /** As it was read last; not part of what is committed. */
  budget: string | null;
  readonly steps = new Map<string, StepRow>();
  readonly #attempts = new Map<string, AttemptRow[]>();
  readonly #parts: RunParts;
  #inbox: readonly InboxRow[];
  #sequence: number;
  #state: RunState;
  #dirtySteps = new Set<string>();
  #dirtyAttempts = new Map<string, AttemptRow>();
  /** Attempts whose input is in the database; it never changes. */
  readonly #stored = new Set<string>();
  #newItems: InboxRow[] = [];
  #children: RunRow[] = [];
  #isDirty = false;
  #isScheduled = false;
  #current: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  /** Nothing is written any more: another process owns the run, or this one ends. */
  #isOver = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.row = parts.row;
    this.flow = parts.flow;
    this.input = JSON.parse(parts.row.input) as Json;
    this.budget = parts.row.budget;
    this.#inbox = parts.inbox;
    this.#sequence = parts.row.sequence;
    this.#state = { ...parts.row, status: 'running', wake_at: null, isReleased: false };
    for (const step of parts.steps) this.steps.set(step.path, step);
    for (const attempt of parts.attempts) {
      this.attempts(attempt.path).push(attempt);
      this.#stored.add(keyOf(attempt));
    }
  }

  get sequence(): number {
    return this.#sequence;
  }

  get state(): RunState {
    return this.#state;
  }

  /** Every try of a step, oldest first. */
  attempts(path: string): AttemptRow[] {
    const known = this.#attempts.get(path);
    if (known !== undefined) return known;
    const made: AttemptRow[] = [];
    this.#attempts.set(path, made);
    return made;
  }

  allAttempts(): AttemptRow[] {
    return [...this.#attempts.values()].flat();
  }

  /** The newest thing asked about a step. */
  item(path: string): InboxRow | undefined {
    return this.#inbox.findLast((item) => item.path === path);
  }

  /** Takes what was decided meanwhile. */
  takeInbox(inbox: readonly InboxRow[]): void {
    const known = new Set(inbox.map(({ id }) => id));
    // What is asked and not yet committed is not in the database.
    this.#inbox = [...inbox, ...this.#newItems.filter(({ id }) => !known.has(id))];
  }

  /** A step begins, anew or for the first time. */
  begin(step: Step, path: string): StepRow {
    const before = this.steps.get(path);
    const row: StepRow = {
      run_id: this.row.id,
      path,
      position: before?.position ?? this.steps.size + 1,
      step_name: step.name,
      type: step.type,
      status: 'running',
      output: null,
      raw: null,
      error: null,
      retry_count: before?.retry_count ?? 0,
      tokens_used: before?.tokens_used ?? 0,
      cost_nano: before?.cost_nano ?? 0,
      model_name: before?.model_name ?? null,
      started_at: this.#parts.clock.now(),
      ended_at: null,
      due_at: null,
      sequence: 0,
      reused_from: null,
    };
    this.steps.set(path, row);
    this.#touch(path);
    return row;
  }

  put(path: string, patch: Partial<StepRow>): StepRow {
    const row = { ...(this.steps.get(path) as StepRow), ...patch };
    this.steps.set(path, row);
    this.#touch(path);
    return row;
  }

  putAttempt(row: AttemptRow): void {
    const tries = this.attempts(row.path);
    const at = tries.findIndex(({ attempt }) => attempt === row.attempt);
    if (at === -1) tries.push(row);
    else tries[at] = row;
    this.#dirtyAttempts.set(keyOf(row), row);
    this.#sum(row.path, tries);
  }

  ask(item: InboxRow): void {
    this.#newItems.push(item);
    this.#inbox = [...this.#inbox, item];
    this.#mark();
  }

  addChild(row: RunRow): void {
    this.#children.push(row);
    this.#mark();
  }

  /** The run itself, with the next commit. */
  setState(patch: Partial<RunState>): void {
    this.#state = { ...this.#state, ...patch };
    this.#mark();
  }

  /** Resolves when everything put so far is in the database. Rejects with Interrupted when the run is not ours any more. */
  durable(): Promise<void> {
    if (!this.#isDirty) return this.#next ?? this.#current ?? Promise.resolve();
    this.#next ??= this.#commitNext();
    return this.#next;
  }

  /** What is not in the database by now does not get there through this process. */
  giveUp(): void {
    this.#isOver = true;
  }

  #sum(path: string, tries: readonly AttemptRow[]): void {
    const sum = (of: (row: AttemptRow) => number) => tries.reduce((total, row) => total + of(row), 0);
    const before = this.steps.get(path);
    const failed = tries.filter(({ status }) => status === 'failed' || status === 'lost').length;
    const after = this.put(path, {
      cost_nano: sum(({ cost_nano }) => cost_nano ?? 0),
      tokens_used: sum(({ tokens_used }) => tokens_used),
      model_name: tries.findLast(({ model_name }) => model_name !== null)?.model_name ?? null,
      retry_count: Math.min(failed, tries.length - 1),
    });
    this.#state = {
      ...this.#state,
      cost_nano: this.#state.cost_nano + after.cost_nano - (before?.cost_nano ?? 0),
      tokens_used: this.#state.tokens_used + after.tokens_used - (before?.tokens_used ?? 0),
    };
  }

  #touch(path: string): void {
    this.#dirtySteps.add(path);
    this.#mark();
  }

  /** A result must not wait for the intent of a step that comes much later. */
  #mark(): void {
    this.#isDirty = true;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.durable().catch(() => {});
    });
  }

  async #commitNext(): Promise<void> {
    await this.#current?.catch(() => {});
    this.#next = undefined;
    if (this.#isOver) throw new Interrupted('lost');
    const committing = this.#commit(this.#take());
    this.#current = committing;
    try {
      await committing;
    } finally {
      if (this.#current === committing) this.#current = undefined;
    }
  }

  #take(): RunWrite {
    this.#sequence++;
    const sequence = this.#sequence;
    const steps = [...this.#dirtySteps].map((path) => ({ ...(this.steps.get(path) as StepRow), sequence }));
    const write: RunWrite = {
      runId: this.row.id,
      projectId: this.row.project_id,
      owner: this.row.owner as string,
      fence: this.row.fence,
      sequence,
      steps,
      attempts: [...this.#dirtyAttempts].map(([key, row]) => (this.#stored.has(key) ? { ...row, input: '' } : row)),
      inbox: this.#newItems,
      children: this.#children,
      run: this.#state,
    };
    for (const step of steps) this.steps.set(step.path, step);
    for (const key of this.#dirtyAttempts.keys()) this.#stored.add(key);
    this.#dirtySteps = new Set();
    this.#dirtyAttempts = new Map();
    this.#newItems = [];
    this.#children = [];
    this.#isDirty = false;
    return write;
  }

  /** A database that is away is asked again: what happened must not be forgotten while this process lives. */
  async #commit(write: RunWrite): Promise<void> {
    for (let pauseMs = RETRY_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_RETRY_MS)) {
      try {
        const said = await this.#parts.runs.commit(write);
        if (said === undefined) this.giveUp();
        if (said === undefined) throw new Interrupted('lost');
        return this.#parts.committed(said);
      } catch (error) {
        const isAway = isWeirError(error) && error.code === 'store.unavailable' && error.retryable;
        if (!isAway || this.#isOver) throw error;
        await new Promise<void>((resolve) => void this.#parts.clock.after(pauseMs, resolve));
        if (this.#isOver) throw error;
      }
    }
  }
}

function keyOf({ path, attempt }: AttemptRow): string {
  return `${path} ${attempt}`;
}
