import { WeirError, type WeirErrorOptions } from '../../kernel/errors.ts';
import { uuidV7 } from '../../kernel/ids.ts';
import { asObject, type Json, type JsonObject } from '../../kernel/json.ts';
import type { InboxRow, RunRow, StepRow, WorkflowRow } from '../../ports/workflow-store.ts';
import { checkFlow, type FlowKnowledge } from './definition/check-flow.ts';
import { readFlow } from './definition/read-flow.ts';
import type { EngineServices } from './engine/context.ts';
import type { Engine } from './engine/engine.ts';
import { newRun } from './engine/new-run.ts';
import type { Flow } from './flow.ts';
import { reusableSteps } from './fork.ts';
import { executionView, inboxView, isUnknown, stepView, summaryView, workflowView } from './views.ts';
import type { Actor, Execution, ExecutionEvent, Workflows } from './workflows.ts';

export interface WorkflowsParts {
  readonly services: EngineServices;
  readonly engine: Engine;
  /** What is known beside a document when it is checked. */
  readonly knowledge: (projectId: string) => Promise<FlowKnowledge>;
  /** What is wrong with a value that must fit a schema; undefined: nothing. */
  readonly misfit: (schema: JsonObject, value: Json, projectId: string) => Promise<string | undefined>;
}

/** How late a change is heard of that another process made. */
const LOOK_MS = 500;
const MAX_PUBLISHED = 1000;

/** Workflows for everybody who is not the engine. */
export function openWorkflows(parts: WorkflowsParts): Workflows {
  const { services, engine, knowledge, misfit } = parts;
  const { clock, flows, inbox } = services;
  const { definitions, runs, triggers } = services.store;

  async function readChecked(projectId: string, document: Json): Promise<Flow> {
    const read = readFlow(document);
    if ('problems' in read) throw invalidDocument(read.problems);
    const problems = await checkFlow(read.flow, await knowledge(projectId));
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw invalidDocument(errors);
    return read.flow;
  }

  async function workflow(projectId: string, id: string): Promise<WorkflowRow> {
    const row = (await definitions.get(projectId, id)) ?? (await definitions.named(projectId, id));
    if (row === undefined) throw notFound('workflow');
    return row;
  }

  async function run(projectId: string, id: string): Promise<RunRow> {
    const row = await runs.get(projectId, id);
    if (row === undefined) throw notFound('execution');
    return row;
  }

  async function append(by: Actor, id: string, document: Json): Promise<WorkflowRow> {
    const flow = await readChecked(by.projectId, document);
    const of = { projectId: by.projectId, id, name: flow.name, description: flow.description ?? '' };
    const at = clock.now();
    const version = await definitions.append(of, {
      workflow_id: id,
      document: JSON.stringify(document),
      created_by: by.keyId,
      created_at: at,
    });
    if (version === undefined) throw notFound('workflow');
    return workflow(by.projectId, id);
  }

  /** The version that a fork or a resumed run has. */
  async function versionFor(
    by: Actor,
    row: RunRow,
    of: { version?: number | undefined; document?: Json | undefined },
  ): Promise<number> {
    if (of.document !== undefined) return (await append(by, row.workflow_id, of.document)).latest_version;
    return of.version ?? row.version;
  }

  async function view(row: RunRow): Promise<Execution> {
    const of = { projectId: row.project_id, runId: row.id };
    const runIds = [row.id, ...(await runs.descendants(row.id))];
    const [steps, attempts] = await Promise.all([runs.steps(of), runs.attempts({ projectId: row.project_id, runIds })]);
    const unknown = attempts.filter(isUnknown);
    const from = Math.min(...unknown.map(({ started_at }) => started_at));
    const ids = [...new Set(unknown.map(({ run_id }) => run_id))];
    const late = ids.length === 0 ? [] : await services.recordsOfRuns(ids, from).catch(() => []);
    return executionView(row, { steps, attempts, late });
  }

  /** Resolves when the run may have changed, or after a while. */
  function change(runId: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        stop();
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const stop = engine.onChange(runId, done);
      const cancel = clock.after(LOOK_MS, done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  async function decideItem(
    by: Actor,
    item: InboxRow,
    of: { decision: 'approve' | 'reject'; data?: Json },
  ): Promise<InboxRow> {
    const form = item.form === null ? undefined : asObject(JSON.parse(item.form));
    const mustFit =
      form !== undefined && of.decision === 'approve' && (of.data !== undefined || item.kind !== 'budget');
    const problem = mustFit ? await misfit(form, of.data ?? {}, by.projectId) : undefined;
    if (problem !== undefined) throw new WeirError('request.invalid', { param: 'data', message: `data: ${problem}` });
    const decided = await inbox.decide({
      projectId: by.projectId,
      id: item.id,
      status: of.decision === 'approve' ? 'approved' : 'rejected',
      data: of.data === undefined ? null : JSON.stringify(of.data),
      by: by.keyId,
      atMs: clock.now(),
    });
    if (decided === undefined) throw conflict('Somebody decided this already.');
    if (decided.run_id !== null) engine.wake(decided.run_id);
    return decided;
  }

  const facade: Workflows = {
    async create(by, document) {
      const flow = await readChecked(by.projectId, document);
      const now = clock.now();
      const row: WorkflowRow = {
        id: `wf_${uuidV7(now).replaceAll('-', '')}`,
        project_id: by.projectId,
        name: flow.name,
        description: flow.description ?? '',
        latest_version: 1,
        published: 0,
        created_at: now,
        updated_at: now,
        deleted_at: null,
      };
      const version = {
        workflow_id: row.id,
        document: JSON.stringify(document),
        created_by: by.keyId,
        created_at: now,
      };
      await named(flow.name, () => definitions.create(row, version));
      return workflowView(row);
    },
    update: async (by, id, document) => workflowView(await append(by, id, document)),
    async get(projectId, id, version) {
      const row = await workflow(projectId, id);
      const wanted = version ?? row.latest_version;
      const stored = await definitions.version(row.id, wanted);
      if (stored === undefined) throw notFound(`version ${wanted} of the workflow`);
      return {
        ...workflowView(row),
        version: wanted,
        document: JSON.parse(stored.document) as Json,
        flow: await flows.of(row.id, wanted),
      };
    },
    list: async (query) => (await definitions.list(query)).map(workflowView),
    async versions(projectId, id) {
      await workflow(projectId, id);
      const rows = await definitions.versions(id);
      return rows.map(({ version, created_by, created_at }) => ({ version, created_by, created_at }));
    },
    async remove(projectId, id) {
      if (!(await definitions.delete(projectId, id, clock.now()))) throw notFound('workflow');
    },
    async publish(projectId, id, published) {
      await workflow(projectId, id);
      await definitions.publish(projectId, id, published ? 1 : 0);
      return workflowView(await workflow(projectId, id));
    },
    async published(projectId) {
      const rows = (await definitions.published(projectId)).slice(0, MAX_PUBLISHED);
      return Promise.all(
        rows.map(async (row) => ({ workflow: workflowView(row), flow: await flows.of(row.id, row.latest_version) })),
      );
    },

    async execute(by, of) {
      const row = await workflow(by.projectId, of.workflowId);
      const version = of.version ?? row.latest_version;
      const flow = await flows.of(row.id, version);
      const input = of.input ?? {};
      const problem = flow.input === undefined ? undefined : await misfit(flow.input, input, by.projectId);
      if (problem !== undefined)
        throw new WeirError('request.invalid', { param: 'input', message: `input: ${problem}` });
      const now = clock.now();
      const created: RunRow = {
        ...newRun({
          id: `exec_${uuidV7(now).replaceAll('-', '')}`,
          project_id: by.projectId,
          key_id: by.keyId,
          user_id: by.userId ?? null,
          workflowId: row.id,
          ...{ version, flow, input, nowMs: now, trigger: of.trigger },
        }),
        dedupe_key: of.dedupeKey ?? null,
        budget: of.budget === undefined ? null : JSON.stringify(of.budget),
      };
      try {
        await runs.insert(created);
      } catch (error) {
        const isThere = of.dedupeKey !== undefined && error instanceof WeirError && error.code === 'conflict';
        const standing = isThere ? await runs.deduplicated(row.id, of.dedupeKey ?? '') : undefined;
        if (standing === undefined) throw error;
        return { id: standing.id, isNew: false };
      }
      engine.look();
      return { id: created.id, isNew: true };
    },
    async settled(projectId, id, { timeoutMs, signal }) {
      const until = clock.monotonic() + timeoutMs;
      for (;;) {
        const row = await run(projectId, id);
        const isLate = clock.monotonic() >= until || signal?.aborted === true;
        if (row.ended_at !== null || isLate) return view(row);
        if (row.status === 'waiting') {
          const asked = await inbox.list({ projectId, runId: id, status: 'open', limit: 1 });
          if (asked.length > 0) return view(row);
        }
        const { promise: late, resolve } = Promise.withResolvers<void>();
        const cancel = clock.after(Math.max(0, until - clock.monotonic()), resolve);
        await Promise.race([change(id, signal), late]);
        cancel();
      }
    },
    executions: async (query) => (await runs.list(query)).map(summaryView),
    execution: async (projectId, id) => view(await run(projectId, id)),
    async *events(projectId, id, { aboveSequence, signal }) {
      let above = aboveSequence;
      while (!signal.aborted) {
        const changed = change(id, signal);
        const row = await run(projectId, id);
        if (row.sequence > above) {
          // What was committed since the run was read belongs to the next event.
          const { sequence } = row;
          const steps = await runs.steps({ projectId, runId: id, aboveSequence: above });
          const changedSteps = steps.filter((step) => step.sequence <= sequence).map(stepView);
          yield { sequence, execution: summaryView(row), steps: changedSteps } satisfies ExecutionEvent;
          above = sequence;
        }
        if (row.ended_at !== null) return;
        await changed;
      }
    },
    async cancel(projectId, id) {
      await run(projectId, id);
      const ids = await runs.cancel(projectId, id, clock.now());
      if (ids.length === 0) throw conflict('The execution is over.');
      for (const each of ids) engine.wake(each);
      return view(await run(projectId, id));
    },
    async fork(by, id, of) {
      const old = await run(by.projectId, id);
      const version = await versionFor(by, old, of);
      const flow = await flows.of(old.workflow_id, version);
      const rows = await runs.steps({ projectId: by.projectId, runId: id });
      const now = clock.now();
      const input = of.input ?? (JSON.parse(old.input) as Json);
      const forked: RunRow = {
        ...newRun({
          id: `exec_${uuidV7(now).replaceAll('-', '')}`,
          project_id: by.projectId,
          key_id: by.keyId,
          user_id: by.userId ?? old.user_id,
          workflowId: old.workflow_id,
          ...{ version, flow, input, nowMs: now, trigger: 'api' },
        }),
        forked_from: id,
        budget: old.budget,
        sequence: 1,
      };
      await runs.insert(
        forked,
        reusableSteps(flow, rows, of.fromStep).map((row, at) => takenOver(row, forked.id, at + 1)),
      );
      engine.look();
      return { id: forked.id };
    },
    async resume(by, id, of) {
      const row = await run(by.projectId, id);
      if (row.status !== 'failed' && row.status !== 'cancelled')
        throw conflict(`The execution is ${row.status}; only failed and cancelled ones are resumed.`);
      const version = await versionFor(by, row, of);
      const flow = await flows.of(row.workflow_id, version);
      const rows = await runs.steps({ projectId: by.projectId, runId: id });
      const kept = new Set(reusableSteps(flow, rows, undefined));
      const sequence = row.sequence + 1;
      const now = clock.now();
      const isOpen = await runs.reopen({
        ...{ projectId: by.projectId, id, version, budget: row.budget, sequence, atMs: now },
        deadlineAt: flow.timeoutMs === undefined ? null : now + flow.timeoutMs,
        steps: rows.filter((step) => !kept.has(step)).map((step) => ({ ...step, ...FROM_THE_START, sequence })),
      });
      if (!isOpen) throw conflict('The execution goes on already.');
      engine.look();
      return view(await run(by.projectId, id));
    },

    inbox: {
      list: async (query) => (await inbox.list(query)).map(inboxView),
      async get(projectId, id) {
        const item = await inbox.get(projectId, id);
        if (item === undefined) throw notFound('inbox item');
        return inboxView(item);
      },
      async decide(by, id, of) {
        const item = await inbox.get(by.projectId, id);
        if (item === undefined) throw notFound('inbox item');
        if (item.status !== 'open') throw conflict(`This is ${item.status} already.`);
        return inboxView(await decideItem(by, item, of));
      },
      openCount: (projectId) => inbox.openCount(projectId),
    },

    triggers: {
      async all(projectId, workflowId) {
        await workflow(projectId, workflowId);
        return triggers.all(workflowId);
      },
      find: (workflowId, name) => triggers.find(workflowId, name),
    },
  };
  return facade;
}

const FROM_THE_START = {
  status: 'pending',
  output: null,
  raw: null,
  error: null,
  started_at: null,
  ended_at: null,
  due_at: null,
} as const;

/** Done by another run, which paid for it. */
function takenOver(row: StepRow, runId: string, position: number): StepRow {
  return {
    ...row,
    run_id: runId,
    position,
    tokens_used: 0,
    cost_nano: 0,
    sequence: 1,
    reused_from: row.reused_from ?? row.run_id,
  };
}

function notFound(what: string): WeirError {
  return new WeirError('resource.not_found', { message: `There is no such ${what}.` });
}

function conflict(message: string): WeirError {
  return new WeirError('conflict', { message });
}

function invalidDocument(
  problems: readonly { readonly pointer: string; readonly message: string; readonly fix: string }[],
): WeirError {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const options: WeirErrorOptions = {
    ...(first === undefined ? {} : { param: first.pointer }),
    message: `${first?.pointer || 'The document'}: ${first?.message} ${first?.fix}${more}`,
    details: { problems: [...problems] },
  };
  return new WeirError('request.invalid', options);
}

/** Names the workflow in the conflict. */
async function named<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WeirError && error.code === 'conflict')
      throw conflict(`There is a workflow "${name}" already. Choose another name, or PUT a new version.`);
    throw error;
  }
}
