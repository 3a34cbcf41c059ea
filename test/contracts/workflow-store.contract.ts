import { describe, expect, test } from 'vitest';
import type { Storage } from '../../server/src/ports/storage.ts';
import type {
  AttemptRow,
  InboxRow,
  RunRow,
  RunWrite,
  StepRow,
  TriggerRow,
  WorkflowRow,
} from '../../server/src/ports/workflow-store.ts';

const NOW = 1_800_000_000_000;
const LEASE_MS = 600_000;

const WORKFLOW: WorkflowRow = {
  id: 'wf_1',
  project_id: 'project_1',
  name: 'first',
  description: '',
  latest_version: 1,
  published: 0,
  created_at: NOW,
  updated_at: NOW,
  deleted_at: null,
};
const VERSION = { workflow_id: 'wf_1', document: '{"name":"first"}', created_by: 'key_1', created_at: NOW };

export const RUN: RunRow = {
  id: 'exec_1',
  project_id: 'project_1',
  workflow_id: 'wf_1',
  version: 1,
  status: 'pending',
  input: '{}',
  output: null,
  error: null,
  key_id: 'key_1',
  user_id: null,
  parent_run_id: null,
  parent_path: null,
  forked_from: null,
  trigger: 'api',
  dedupe_key: null,
  budget: null,
  deadline_at: null,
  cancel_requested: 0,
  owner: null,
  lease_until: null,
  fence: 0,
  wake_at: NOW,
  sequence: 0,
  cost_nano: 0,
  tokens_used: 0,
  created_at: NOW,
  started_at: null,
  ended_at: null,
};

const STEP: StepRow = {
  run_id: 'exec_1',
  path: 'a',
  position: 1,
  step_name: 'a',
  type: 'set',
  status: 'completed',
  output: '{"x":1}',
  raw: null,
  error: null,
  retry_count: 0,
  tokens_used: 3,
  cost_nano: 5,
  model_name: null,
  started_at: NOW,
  ended_at: NOW,
  due_at: null,
  sequence: 1,
  reused_from: null,
};

const ATTEMPT: AttemptRow = {
  run_id: 'exec_1',
  path: 'a',
  attempt: 1,
  status: 'running',
  effect: 'once',
  input: '{}',
  idempotency_key: 'exec_1:a:0',
  request_id: 'req_1',
  answer: null,
  error: null,
  tokens_used: 0,
  cost_nano: null,
  model_name: null,
  models: null,
  started_at: NOW,
  ended_at: null,
};

const ITEM: InboxRow = {
  id: 'inbox_1',
  project_id: 'project_1',
  kind: 'approval',
  status: 'open',
  title: 'Go on?',
  detail: '{}',
  form: null,
  run_id: 'exec_1',
  path: 'a',
  created_at: NOW,
  expires_at: null,
  decided_at: null,
  decided_by: null,
  data: null,
};

function write(more: Partial<RunWrite> = {}): RunWrite {
  return {
    runId: 'exec_1',
    projectId: 'project_1',
    owner: 'home/a',
    fence: 1,
    sequence: 1,
    steps: [],
    attempts: [],
    inbox: [],
    children: [],
    ...more,
    run: {
      status: 'running',
      output: null,
      error: null,
      wake_at: null,
      started_at: NOW,
      ended_at: null,
      cost_nano: 5,
      tokens_used: 3,
      isReleased: false,
      ...more.run,
    },
  };
}

/** What every backend promises of workflows, their runs and the inbox. */
export function workflowStore(storage: () => Storage): void {
  const definitions = () => storage().workflows.definitions;
  const runs = () => storage().workflows.runs;
  const claim = (owner = 'home/a', more: Partial<{ leaseMs: number; limit: number; nowMs: number }> = {}) =>
    runs().claim({ owner, leaseMs: LEASE_MS, limit: 10, nowMs: NOW, ...more });
  const run = async (id = 'exec_1') => (await runs().get('project_1', id)) as RunRow;

  describe('workflows', () => {
    test('WD16: keeps every version of a definition, numbered without gaps however many come at once', async () => {
      await definitions().create(WORKFLOW, VERSION);
      const of = { projectId: 'project_1', id: 'wf_1', name: 'renamed', description: 'more' };
      const numbers = await Promise.all(
        Array.from({ length: 8 }, (_, at) => definitions().append(of, { ...VERSION, document: `{"at":${at}}` })),
      );
      expect(numbers.sort()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await definitions().version('wf_1', 1)).toEqual({ ...VERSION, version: 1 });
      expect((await definitions().versions('wf_1')).map(({ version }) => version)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
      expect(await definitions().get('project_1', 'wf_1')).toMatchObject({ latest_version: 9, name: 'renamed' });
      expect(await definitions().append({ ...of, projectId: 'other' }, VERSION)).toBeUndefined();
    });

    test('has one living workflow of a name per project', async () => {
      await definitions().create(WORKFLOW, VERSION);
      const second = { ...WORKFLOW, id: 'wf_2' };
      await expect(definitions().create(second, { ...VERSION, workflow_id: 'wf_2' })).rejects.toMatchObject({
        code: 'conflict',
      });
      expect(await definitions().version('wf_2', 1)).toBeUndefined();
      await definitions().create({ ...second, id: 'wf_3', project_id: 'other' }, { ...VERSION, workflow_id: 'wf_3' });
      expect(await definitions().delete('project_1', 'wf_1', NOW)).toBe(true);
      expect(await definitions().delete('project_1', 'wf_1', NOW)).toBe(false);
      await definitions().create(second, { ...VERSION, workflow_id: 'wf_2' });
      expect(await definitions().named('project_1', 'first')).toMatchObject({ id: 'wf_2' });
      expect((await definitions().list({ projectId: 'project_1', limit: 5 })).map(({ id }) => id)).toEqual(['wf_2']);
      expect(await definitions().version('wf_1', 1)).toMatchObject({ document: VERSION.document });
    });

    test('lists published workflows by name', async () => {
      for (const name of ['b', 'a', 'c']) {
        await definitions().create({ ...WORKFLOW, id: name, name }, { ...VERSION, workflow_id: name });
        await definitions().publish('project_1', name, name === 'c' ? 0 : 1);
      }
      expect((await definitions().published('project_1')).map(({ name }) => name)).toEqual(['a', 'b']);
    });

    test('starts one run per dedupe key', async () => {
      await runs().insert({ ...RUN, dedupe_key: 'day 1' });
      const again = runs().insert({ ...RUN, id: 'exec_2', dedupe_key: 'day 1' }, [{ ...STEP, run_id: 'exec_2' }]);
      await expect(again).rejects.toMatchObject({ code: 'conflict' });
      expect(await runs().steps({ projectId: 'project_1', runId: 'exec_2' })).toEqual([]);
      expect(await runs().deduplicated('wf_1', 'day 1')).toMatchObject({ id: 'exec_1' });
      await runs().insert({ ...RUN, id: 'exec_3' });
      await runs().insert({ ...RUN, id: 'exec_4' });
      const listed = await runs().list({ projectId: 'project_1', workflowId: 'wf_1', limit: 2 });
      expect(listed.map(({ id }) => id)).toEqual(['exec_4', 'exec_3']);
      const rest = await runs().list({ projectId: 'project_1', limit: 2, before: 'exec_3' });
      expect(rest.map(({ id }) => id)).toEqual(['exec_1']);
    });

    test('gives a run that is due to one claimer only, and none before its time', async () => {
      for (let at = 0; at < 20; at++)
        await runs().insert({ ...RUN, id: `exec_${at}`, wake_at: at < 12 ? NOW : NOW + 1 });
      const claims = await Promise.all([claim('home/a'), claim('home/b'), claim('home/c', { limit: 1 })]);
      const ids = claims.flat().map(({ id }) => id);
      expect(ids.length).toBe(12);
      expect(new Set(ids).size).toBe(12);
      expect(claims[2]?.length).toBeLessThanOrEqual(1);
      for (const of of claims.flat()) expect(of).toMatchObject({ fence: 1, wake_at: null });
      expect(await claim('home/d', { nowMs: NOW + 1 })).toHaveLength(8);
    });

    test('lets nobody write who lost the run, whatever he brings', async () => {
      await runs().insert(RUN);
      await claim('home/a', { leaseMs: -10_000 });
      expect(await claim('home/b')).toMatchObject([{ fence: 2, owner: 'home/b' }]);
      const late = write({ steps: [STEP], attempts: [ATTEMPT], inbox: [ITEM], children: [{ ...RUN, id: 'exec_2' }] });
      expect(await runs().commit(late)).toBeUndefined();
      expect(await runs().commit({ ...late, fence: 2 })).toBeUndefined();
      expect(await runs().steps({ projectId: 'project_1', runId: 'exec_1' })).toEqual([]);
      expect(await runs().attempts({ projectId: 'project_1', runIds: ['exec_1'] })).toEqual([]);
      expect(await storage().inbox.get('project_1', 'inbox_1')).toBeUndefined();
      expect(await runs().get('project_1', 'exec_2')).toBeUndefined();
      expect(await runs().commit({ ...late, owner: 'home/b', fence: 2 })).toEqual({
        cancel_requested: 0,
        wake_at: null,
      });
      expect(await runs().steps({ projectId: 'project_1', runId: 'exec_1' })).toEqual([STEP]);
    });

    test('writes all of a commit, and replaces rows with the same key', async () => {
      await runs().insert(RUN);
      await claim();
      const child = { ...RUN, id: 'exec_2', parent_run_id: 'exec_1', parent_path: 'a' };
      await runs().commit(write({ steps: [STEP], attempts: [ATTEMPT], inbox: [ITEM], children: [child] }));
      const done = {
        ...ATTEMPT,
        status: 'completed' as const,
        answer: '"yes"',
        cost_nano: 9,
        models: '[["tiny",1,7,9]]',
        ended_at: NOW + 1,
      };
      const other = { ...STEP, path: 'b', position: 2, sequence: 2 };
      const more = { ...STEP, status: 'failed' as const, error: '{}', sequence: 2 };
      await runs().commit(
        write({
          sequence: 2,
          steps: [more, other],
          attempts: [done],
          inbox: [{ ...ITEM, title: 'x' }],
          children: [child],
        }),
      );
      expect(await runs().steps({ projectId: 'project_1', runId: 'exec_1' })).toEqual([more, other]);
      expect(await runs().steps({ projectId: 'project_1', runId: 'exec_1', aboveSequence: 2 })).toEqual([]);
      expect(await runs().attempts({ projectId: 'project_1', runIds: ['exec_1', 'exec_2'] })).toEqual([done]);
      expect(await storage().inbox.get('project_1', 'inbox_1')).toEqual(ITEM);
      expect(await run('exec_2')).toEqual(child);
      expect(await runs().descendants('exec_1')).toEqual(['exec_2']);
      expect(await run()).toMatchObject({
        status: 'running',
        sequence: 2,
        cost_nano: 5,
        tokens_used: 3,
        started_at: NOW,
      });
    });

    test('parks a run until its time, or until somebody decides, whichever order it comes in', async () => {
      await runs().insert(RUN);
      await claim();
      const parked = { ...write().run, status: 'waiting' as const, wake_at: NOW + 100, isReleased: true };
      await runs().commit(write({ inbox: [ITEM], run: parked }));
      expect(await run()).toMatchObject({ status: 'waiting', owner: null, lease_until: null, wake_at: NOW + 100 });
      expect(await claim()).toEqual([]);
      const decided = {
        projectId: 'project_1',
        id: 'inbox_1',
        status: 'approved',
        data: '1',
        by: 'key_2',
        atMs: NOW,
      } as const;
      const answers = await Promise.all([storage().inbox.decide(decided), storage().inbox.decide(decided)]);
      expect(answers.filter((answer) => answer !== undefined)).toMatchObject([
        { status: 'approved', decided_by: 'key_2' },
      ]);
      expect(await claim()).toHaveLength(1);

      await storage().inbox.put({ ...ITEM, id: 'inbox_2' });
      await storage().inbox.decide({ ...decided, id: 'inbox_2' });
      expect(await runs().heartbeat({ owner: 'home/a', leaseMs: LEASE_MS, nowMs: NOW })).toEqual([
        { id: 'exec_1', cancel_requested: 0, wake_at: NOW },
      ]);
      await runs().commit(write({ fence: 2, sequence: 2, run: { ...parked, wake_at: null } }));
      expect(await run()).toMatchObject({ owner: null, wake_at: NOW });
      expect(await claim()).toHaveLength(1);
    });

    test('wakes the parent and closes the inbox when a run is over', async () => {
      await runs().insert({ ...RUN, id: 'exec_0', status: 'waiting', wake_at: null });
      await runs().insert({ ...RUN, parent_run_id: 'exec_0', parent_path: 'a' });
      expect((await claim()).map(({ id }) => id)).toEqual(['exec_1']);
      await runs().commit(write({ inbox: [ITEM] }));
      const over = { ...write().run, status: 'failed' as const, error: '{}', ended_at: NOW + 5, isReleased: true };
      await runs().commit(write({ sequence: 2, run: over }));
      expect(await run()).toMatchObject({ status: 'failed', owner: null, wake_at: null, ended_at: NOW + 5 });
      expect(await storage().inbox.get('project_1', 'inbox_1')).toMatchObject({
        status: 'cancelled',
        decided_at: NOW + 5,
      });
      expect((await claim('home/a', { nowMs: NOW + 5 })).map(({ id }) => id)).toEqual(['exec_0']);
    });

    test('cancels a run with its sub-runs, and tells their owners', async () => {
      await runs().insert(RUN);
      await runs().insert({ ...RUN, id: 'exec_2', parent_run_id: 'exec_1', wake_at: null });
      await runs().insert({
        ...RUN,
        id: 'exec_3',
        parent_run_id: 'exec_2',
        ended_at: NOW,
        status: 'completed',
        wake_at: null,
      });
      await claim();
      expect(await runs().cancel('other', 'exec_1', NOW)).toEqual([]);
      expect([...(await runs().cancel('project_1', 'exec_1', NOW))].sort()).toEqual(['exec_1', 'exec_2']);
      expect(await runs().commit(write())).toEqual({ cancel_requested: 1, wake_at: NOW });
      expect(await claim()).toMatchObject([{ id: 'exec_2', cancel_requested: 1 }]);
    });

    test('frees what processes of one home left behind, and nothing of others', async () => {
      for (let at = 0; at < 3; at++) await runs().insert({ ...RUN, id: `exec_${at}` });
      await claim('home/a', { limit: 1 });
      await claim('home2/a', { limit: 1 });
      await claim('hom/a', { limit: 1 });
      expect(await runs().free({ home: 'home', nowMs: NOW })).toBe(1);
      expect(await claim('home/b')).toMatchObject([{ fence: 2 }]);
      expect(await runs().free({ home: '', nowMs: NOW })).toBe(3);
      expect(await claim('home/b')).toHaveLength(3);
    });

    test('changes the budget of a run from what it was, whoever owns it, and commits leave it alone', async () => {
      await runs().insert(RUN);
      await claim();
      const of = { projectId: 'project_1', id: 'exec_1' };
      const first = { ...of, from: null, to: '{"calls":2}' };
      expect((await Promise.all([runs().changeBudget(first), runs().changeBudget(first)])).sort()).toEqual([
        false,
        true,
      ]);
      await runs().commit(write());
      expect(await runs().changeBudget({ ...of, from: '{"calls":2}', to: '{"calls":4}' })).toBe(true);
      expect(await runs().changeBudget({ ...of, projectId: 'project_2', from: '{"calls":4}', to: '{}' })).toBe(false);
      expect(await runs().get('project_1', 'exec_1')).toMatchObject({ budget: '{"calls":4}', sequence: 1 });
    });

    test('opens a failed run again once, with the steps as they are given', async () => {
      await runs().insert(RUN);
      await claim();
      const over = { ...write().run, status: 'failed' as const, error: '{}', ended_at: NOW + 5, isReleased: true };
      const failed = { ...STEP, status: 'failed' as const, error: '{}' };
      await runs().commit(write({ steps: [failed], run: over }));
      const reset = { ...failed, status: 'pending' as const, error: null, sequence: 2 };
      const of = {
        ...{ projectId: 'project_1', id: 'exec_1', version: 2, budget: null, deadlineAt: NOW + 9, sequence: 2 },
        ...{ steps: [reset], atMs: NOW },
      };
      expect((await Promise.all([runs().reopen(of), runs().reopen(of)])).sort()).toEqual([false, true]);
      expect(await runs().steps({ projectId: 'project_1', runId: 'exec_1' })).toEqual([reset]);
      expect(await claim()).toMatchObject([{ status: 'pending', version: 2, error: null, ended_at: null, fence: 2 }]);
    });

    test('forgets runs that ended before a time with all of them, oldest first', async () => {
      const { forgetRuns } = storage().retention;
      await runs().insert({ ...RUN, id: 'exec_0', ended_at: null });
      for (let at = 1; at < 4; at++) {
        const id = `exec_${at}`;
        await runs().insert({ ...RUN, id, ended_at: at, wake_at: null }, [{ ...STEP, run_id: id }]);
        await storage().inbox.put({ ...ITEM, id: `inbox_${at}`, run_id: id });
      }
      expect(await forgetRuns({ beforeMs: 3, limit: 1 })).toBe(1);
      expect(await runs().get('project_1', 'exec_1')).toBeUndefined();
      expect(await runs().steps({ projectId: 'project_1', runId: 'exec_1' })).toEqual([]);
      expect(await storage().inbox.openCount('project_1')).toBe(2);
      expect(await forgetRuns({ beforeMs: 3, limit: 9 })).toBe(1);
      expect((await runs().list({ projectId: 'project_1', limit: 9 })).map(({ id }) => id)).toEqual([
        'exec_3',
        'exec_0',
      ]);
    });

    test('erases what was done for a user once it is over, and nothing of others', async () => {
      for (const [id, user_id, ended_at] of [
        ['exec_1', 'ada', 5],
        ['exec_2', 'ada', null],
        ['exec_3', 'eve', 5],
      ] as const) {
        await runs().insert({ ...RUN, id, user_id, ended_at }, [{ ...STEP, run_id: id }]);
      }
      expect(await storage().content.erase({ projectId: 'project_1', userId: 'ada' })).toBe(1);
      expect(await runs().get('project_1', 'exec_1')).toBeUndefined();
      expect(await runs().steps({ projectId: 'project_1', runId: 'exec_1' })).toEqual([]);
      expect((await runs().list({ projectId: 'project_1', limit: 9 })).map(({ id }) => id)).toEqual([
        'exec_3',
        'exec_2',
      ]);
    });

    test('moves a trigger on once, whoever is at it', async () => {
      const row: TriggerRow = {
        ...{ id: 'trigger_1', workflow_id: 'wf_1', project_id: 'project_1', name: 'nightly', type: 'cron' },
        ...{ definition: '{}', secret: null, key_id: 'key_1', next_at: NOW },
      };
      const { triggers } = storage().workflows;
      await triggers.put('wf_1', [row, { ...row, id: 'trigger_2', name: 'hook', type: 'webhook', next_at: null }]);
      expect(await triggers.due(NOW - 1, 9)).toEqual([]);
      expect(await triggers.due(NOW, 9)).toEqual([row]);
      const moved = await Promise.all(
        [1, 2, 3].map(() => triggers.advance('trigger_1', { fromMs: NOW, toMs: NOW + 7 })),
      );
      expect(moved.filter(Boolean)).toHaveLength(1);
      expect(await triggers.find('wf_1', 'nightly')).toMatchObject({ next_at: NOW + 7 });
      await triggers.put('wf_1', []);
      expect(await triggers.all('wf_1')).toEqual([]);
    });

    test('lists the inbox newest first, by status, kind and run', async () => {
      for (let at = 1; at < 5; at++) {
        await storage().inbox.put({
          ...ITEM,
          id: `inbox_${at}`,
          kind: at === 2 ? 'budget' : 'approval',
          run_id: `exec_${at % 2}`,
        });
      }
      const ids = async (query: object) =>
        (await storage().inbox.list({ projectId: 'project_1', limit: 3, ...query })).map(({ id }) => id);
      expect(await ids({})).toEqual(['inbox_4', 'inbox_3', 'inbox_2']);
      expect(await ids({ before: 'inbox_2' })).toEqual(['inbox_1']);
      expect(await ids({ kind: 'budget' })).toEqual(['inbox_2']);
      expect(await ids({ runId: 'exec_1' })).toEqual(['inbox_3', 'inbox_1']);
      expect(await ids({ status: 'approved' })).toEqual([]);
      expect(await storage().inbox.openCount('other')).toBe(0);
      // Age counts, whatever the id.
      await storage().inbox.put({ ...ITEM, id: 'inbox_0', created_at: ITEM.created_at + 1 });
      expect(await ids({})).toEqual(['inbox_0', 'inbox_4', 'inbox_3']);
      expect(await ids({ before: 'inbox_0' })).toEqual(['inbox_4', 'inbox_3', 'inbox_2']);
    });

    test('an approval is used up once, while it is good', async () => {
      const { inbox } = storage();
      await inbox.put({ ...ITEM, run_id: null, expires_at: NOW + 10 });
      const of = { projectId: 'project_1', id: ITEM.id, atMs: NOW };
      expect(await inbox.useUp(of)).toBe(false);
      await inbox.decide({ ...of, status: 'approved', data: null, by: 'key_2' });
      expect(await inbox.useUp({ ...of, atMs: NOW + 10 })).toBe(false);
      expect(await inbox.useUp({ ...of, projectId: 'other' })).toBe(false);
      const answers = await Promise.all([inbox.useUp(of), inbox.useUp(of)]);
      expect(answers.filter((isOurs) => isOurs)).toHaveLength(1);
      expect(await inbox.get('project_1', ITEM.id)).toMatchObject({ status: 'approved', expires_at: NOW });
    });
  });
}
