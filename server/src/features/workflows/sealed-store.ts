import type { InboxStore } from '../../ports/inbox.ts';
import type { ContentSeal } from '../../ports/secrets.ts';
import type { AttemptRow, InboxRow, RunRow, StepRow, WorkflowStore } from '../../ports/workflow-store.ts';

/** What users said and were answered is sealed at rest: these columns, on their way in and out. */
const RUN = ['input', 'output', 'error'] as const satisfies readonly (keyof RunRow)[];
const STEP = ['output', 'raw', 'error'] as const satisfies readonly (keyof StepRow)[];
const ATTEMPT = ['input', 'answer', 'error'] as const satisfies readonly (keyof AttemptRow)[];
const ITEM = ['title', 'detail', 'data'] as const satisfies readonly (keyof InboxRow)[];

/** Empty values that everybody may read; sealing them would only cost. */
const PLAIN = new Set(['', 'null', '{}', '""']);

/** The store with everything of runs sealed by the project's key; definitions stay readable. */
export function sealedWorkflows(store: WorkflowStore, seal: ContentSeal): WorkflowStore {
  const { runs } = store;
  const sealRun = (row: RunRow) => sealed(row, RUN, (text) => seal.seal(row.project_id, text));
  const openRun = (row: RunRow) => opened(row, RUN, (text) => seal.open(row.project_id, text));
  return {
    ...store,
    // Each by its name: what another thread serves is no object whose members could be copied.
    runs: {
      descendants: (runId) => runs.descendants(runId),
      heartbeat: (of) => runs.heartbeat(of),
      free: (of) => runs.free(of),
      changeBudget: (of) => runs.changeBudget(of),
      cancel: (projectId, id, atMs) => runs.cancel(projectId, id, atMs),
      insert: (row, steps = []) =>
        runs.insert(
          sealRun(row),
          steps.map((step) => sealed(step, STEP, (text) => seal.seal(row.project_id, text))),
        ),
      get: async (projectId, id) => maybe(await runs.get(projectId, id), openRun),
      deduplicated: async (workflowId, key) => maybe(await runs.deduplicated(workflowId, key), openRun),
      list: async (query) => (await runs.list(query)).map(openRun),
      claim: async (of) => (await runs.claim(of)).map(openRun),
      async steps(of) {
        const rows = await runs.steps(of);
        return rows.map((row) => opened(row, STEP, (text) => seal.open(of.projectId, text)));
      },
      async attempts(of) {
        const rows = await runs.attempts(of);
        return rows.map((row) => opened(row, ATTEMPT, (text) => seal.open(of.projectId, text)));
      },
      commit(write) {
        const close = (text: string) => seal.seal(write.projectId, text);
        return runs.commit({
          ...write,
          steps: write.steps.map((row) => sealed(row, STEP, close)),
          attempts: write.attempts.map((row) => sealed(row, ATTEMPT, close)),
          inbox: write.inbox.map((row) => sealed(row, ITEM, close)),
          children: write.children.map(sealRun),
          run: sealed(write.run, ['output', 'error'], close),
        });
      },
      reopen: (of) =>
        runs.reopen({
          ...of,
          steps: of.steps.map((row) => sealed(row, STEP, (text) => seal.seal(of.projectId, text))),
        }),
    },
  };
}

export function sealedInbox(inbox: InboxStore, seal: ContentSeal): InboxStore {
  const open = (row: InboxRow) => opened(row, ITEM, (text) => seal.open(row.project_id, text));
  return {
    useUp: (of) => inbox.useUp(of),
    openCount: (projectId) => inbox.openCount(projectId),
    put: (row) => inbox.put(sealed(row, ITEM, (text) => seal.seal(row.project_id, text))),
    get: async (projectId, id) => maybe(await inbox.get(projectId, id), open),
    list: async (query) => (await inbox.list(query)).map(open),
    decide: async (of) =>
      maybe(await inbox.decide({ ...of, data: of.data === null ? null : seal.seal(of.projectId, of.data) }), open),
  };
}

function sealed<Row extends object>(row: Row, columns: readonly (keyof Row)[], seal: (text: string) => string): Row {
  return changed(row, columns, (text) => (PLAIN.has(text) ? text : seal(text)));
}

function opened<Row extends object>(row: Row, columns: readonly (keyof Row)[], open: (text: string) => string): Row {
  return changed(row, columns, (text) => (PLAIN.has(text) ? text : open(text)));
}

function changed<Row extends object>(row: Row, columns: readonly (keyof Row)[], change: (text: string) => string): Row {
  const copy = { ...row };
  for (const column of columns) {
    const value = row[column];
    if (typeof value === 'string') copy[column] = change(value) as Row[keyof Row];
  }
  return copy;
}

function maybe<T>(value: T | undefined, change: (value: T) => T): T | undefined {
  return value === undefined ? undefined : change(value);
}
