import type { Json, JsonObject } from '../../../kernel/json.ts';
import { usdFromNano } from '../../../kernel/money.ts';
import { isoSeconds } from '../../../kernel/time.ts';
import type { UsageRecord } from '../../../kernel/usage-record.ts';
import type { Caller } from '../../../ports/call.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { InboxStore } from '../../../ports/inbox.ts';
import type { RunRow, StepRow, WorkflowStore } from '../../../ports/workflow-store.ts';
import type { Flow, Scope, Step, StepView } from '../flow.ts';
import type { StepRunner, WorkType } from '../steps/step-runner.ts';
import type { Bound } from './bounds.ts';
import { Interrupted, StepFailure } from './ending.ts';
import type { Fibers } from './fibers.ts';
import type { Run } from './run.ts';

/** What the engine needs of the rest of Weir. */
export interface EngineServices {
  readonly store: WorkflowStore;
  readonly inbox: InboxStore;
  readonly clock: Clock;
  readonly runners: { readonly [T in WorkType]?: StepRunner<T> };
  /** The key a run acts as. Throws `auth.invalid`: revoked, expired or gone. */
  readonly callerOf: (keyId: string) => Caller;
  /** Settings that a flow may read, by the names it declares. */
  readonly env: (names: readonly string[]) => Readonly<Record<string, string>>;
  /** What the ledger has of these runs, from a time on. */
  readonly recordsOfRuns: (runIds: readonly string[], sinceMs: number) => Promise<readonly UsageRecord[]>;
  readonly flows: FlowSource;
  /** A run that this process did not expect to fail, for the log. */
  readonly report: (error: unknown, runId: string) => void;
}

export interface FlowSource {
  /** The flow of a stored version; kept in memory. */
  of(workflowId: string, version: number): Promise<Flow>;
  /** A living workflow by name or id; undefined: the project has none. */
  find(projectId: string, name: string): Promise<{ readonly id: string; readonly version: number } | undefined>;
}

/** One interpretation of a run. */
export interface Context {
  readonly run: Run;
  readonly services: EngineServices;
  readonly fibers: Fibers;
  /** Aborted with an Interrupted when the interpretation must end. */
  readonly ending: AbortSignal;
  /** The process ends: nothing new starts, what runs may come to its end. */
  readonly isStopping: () => boolean;
  readonly env: Readonly<Record<string, string>>;
  /** Runs above this one, the parent first. */
  readonly ancestors: readonly RunRow[];
  /** Budgets of `ancestors`, and of the steps of theirs that this run is part of, as they were read last. */
  above: readonly Bound[];
  /** Something of another run changed: it begins, or it shall end. */
  readonly nudge: (runId: string) => void;
}

/** Steps that end together: when one fails for good, or their time is over, nothing new starts in them. */
export interface Group {
  readonly parent: Group | undefined;
  isStopped: boolean;
  readonly deadline: { readonly atMs: number; readonly what: string } | undefined;
}

/** Where a step stands: what it sees, and the path its own is below. */
export interface Frame {
  /** '' at the top, else with a slash at its end. */
  readonly prefix: string;
  readonly steps: Record<string, StepView>;
  readonly group: Group;
  /** Budgets of the steps around, the outermost first. */
  readonly around: readonly Bound[];
  readonly item?: Json;
  readonly index?: number;
  readonly error?: Json;
}

export function scopeOf({ run, env }: Context, frame: Frame): Scope {
  const { row, flow, state } = run;
  const { steps, item, index, error } = frame;
  return {
    input: run.input,
    steps,
    ...(item === undefined ? {} : { item }),
    ...(index === undefined ? {} : { index }),
    ...(error === undefined ? {} : { error }),
    run: {
      id: row.id,
      workflow: flow.name,
      version: row.version,
      cost: usdFromNano(state.cost_nano),
      trigger: row.trigger,
    },
    env,
    workflow: totals(run),
  };
}

function totals({ state, row }: Run): JsonObject {
  return {
    totalCost: usdFromNano(state.cost_nano),
    totalTokens: state.tokens_used,
    timestamp: isoSeconds(row.created_at),
  };
}

/** Throws when nothing new may start here. */
export function checkGoing({ ending, isStopping, services }: Context, group: Group): void {
  if (ending.aborted) throw ending.reason;
  if (isStopping()) throw new Interrupted('stopping');
  for (let at: Group | undefined = group; at !== undefined; at = at.parent) {
    if (at.isStopped) throw new Interrupted('beside');
    if (at.deadline !== undefined && services.clock.now() >= at.deadline.atMs) {
      throw new StepFailure('upstream.timeout', { message: at.deadline.what });
    }
  }
}

/** The earliest end of the groups around a place; undefined: there is none. */
export function deadlineOf(group: Group): number | undefined {
  let earliest: number | undefined;
  for (let at: Group | undefined = group; at !== undefined; at = at.parent) {
    if (at.deadline !== undefined) earliest = Math.min(earliest ?? Number.POSITIVE_INFINITY, at.deadline.atMs);
  }
  return earliest;
}

/** Waits until `look` gives something; it is asked again whenever something may have changed, and at `dueAt`. */
export async function waitFor<T>(
  context: Context,
  of: { group: Group; dueAt: number | null; look: () => T | undefined | Promise<T | undefined> },
): Promise<T> {
  for (;;) {
    checkGoing(context, of.group);
    const found = await of.look();
    if (found !== undefined) return found;
    checkGoing(context, of.group);
    const deadline = deadlineOf(of.group) ?? null;
    const dueAt = of.dueAt === null || deadline === null ? (of.dueAt ?? deadline) : Math.min(of.dueAt, deadline);
    await context.fibers.wait(dueAt);
  }
}

export function isFinished(row: StepRow): boolean {
  return (
    row.status === 'completed' || row.status === 'failed' || row.status === 'skipped' || row.status === 'cancelled'
  );
}

/** A step as templates see it; `raw` only of steps that did something outside. */
export function viewOf(row: StepRow, output?: Json): StepView {
  const isControl = CONTROL.has(row.type);
  return {
    status: row.status,
    output: output ?? (row.output === null ? null : (JSON.parse(row.output) as Json)),
    ...(row.raw === null || isControl ? {} : { raw: JSON.parse(row.raw) as Json }),
    error: row.error === null ? null : (JSON.parse(row.error) as Json),
  };
}

const CONTROL: ReadonlySet<string> = new Set<Step['type']>(['condition', 'switch', 'parallel', 'map']);

/** Steps that are over and stand below a place, inner ones too, but not those within the items of a map. */
export function knownSteps(run: Run, prefix: string): Record<string, StepView> {
  const known: Record<string, StepView> = {};
  for (const row of run.steps.values()) {
    if (!row.path.startsWith(prefix) || !isFinished(row)) continue;
    const below = row.path.slice(prefix.length);
    if (!below.includes('[') && !below.endsWith('/compensate')) known[row.step_name] = viewOf(row);
  }
  return known;
}
