import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Execution } from '../../server/src/features/workflows/workflows.ts';
import { WeirError } from '../../server/src/kernel/errors.ts';
import type { Json, JsonObject } from '../../server/src/kernel/json.ts';
import type { Storage } from '../../server/src/ports/storage.ts';
import { pause } from '../../server/src/simulator/pacing.ts';
import { requirement } from '../support/requirement.ts';
import { BY, engineStand, type Stand, type StandOptions, sampling, tool } from './engine-stand.ts';

const NEVER = new AbortController().signal;

/** What the engine promises on every database. */
export function engineContract(
  name: string,
  prepare: () => Promise<{ storage: Storage; remove(): Promise<void> }>,
): void {
  describe(`engine: ${name}`, () => {
    let storage: Storage;
    let remove: () => Promise<void>;
    let stands: Stand[] = [];
    /** Taken for dead; what they still try is no problem of the test. */
    let gone: Stand[] = [];
    beforeEach(async () => {
      ({ storage, remove } = await prepare());
      stands = [];
      gone = [];
    });
    afterEach(async () => {
      await Promise.all([...stands, ...gone].map(({ engine }) => engine.stop(0)));
      expect(stands.flatMap(({ problems }) => problems)).toEqual([]);
      await storage.close();
      await remove();
    });

    /** An engine that runs. */
    async function stand(options: Omit<StandOptions, 'storage'> = {}): Promise<Stand> {
      const made = engineStand({ storage, ...options });
      stands.push(made);
      await made.engine.start();
      return made;
    }
    const statuses = ({ steps }: Execution) => Object.fromEntries(steps.map(({ path, status }) => [path, status]));
    const step = ({ steps }: Execution, path: string) => steps.find((each) => each.path === path);
    const until = async (what: () => unknown | Promise<unknown>) => {
      for (let tries = 0; tries < 1000; tries++) {
        if (await what()) return;
        await pause(10, NEVER);
      }
      throw new Error('it did not come to that');
    };
    const approve = async (of: Pick<Stand, 'workflows'>, id: string, data?: Json) =>
      decide(of, id, { decision: 'approve', ...(data === undefined ? {} : { data }) });
    const decide = async (
      of: Pick<Stand, 'workflows'>,
      id: string,
      answer: { decision: 'approve' | 'reject'; data?: Json },
    ) => {
      const [item] = await of.workflows.inbox.list({ projectId: 'project_1', runId: id, status: 'open', limit: 1 });
      return of.workflows.inbox.decide(BY, item?.id ?? '', answer);
    };

    describe(requirement('A11'), () => {
      test('runs steps in order, and each sees what those before it gave', async () => {
        const { run } = await stand({ tools: { double: ({ n }) => ({ n: Number(n) * 2 }) } });
        const done = await run(
          {
            name: 'doubling',
            steps: [
              tool('one', { tool: 'double', params: { n: '{{input.n}}' } }),
              tool('two', { tool: 'double', params: { n: '{{steps.one.output.n}}' } }),
              { name: 'say', type: 'set', config: { values: { text: 'it is {{steps.two.output.n}}' } } },
            ],
          },
          { n: 3 },
        );
        expect(done).toMatchObject({ status: 'completed', output: { text: 'it is 12' }, error: null, input: { n: 3 } });
        expect(done.steps.map(({ path, output }) => [path, output])).toEqual([
          ['one', { n: 6 }],
          ['two', { n: 12 }],
          ['say', { text: 'it is 12' }],
        ]);
      });

      test('tries again as the policy says, with the same key for the same effect, and stops at its end', async () => {
        const failing = () => Promise.reject(new WeirError('upstream.bad_reply', { message: 'broken' }));
        const { run, attempts } = await stand({
          tools: { flaky: (_p, _a, n) => (n < 3 ? failing() : 'yes'), broken: failing },
        });
        const retryConfig = { maxAttempts: 3, backoffMs: 5, backoffMultiplier: 1 };
        const done = await run({ name: 'f', steps: [tool('flaky', { retryConfig })] });
        expect(done).toMatchObject({ status: 'completed', output: 'yes' });
        expect(done.steps).toMatchObject([{ retry_count: 2, status: 'completed', error: null }]);
        expect(attempts.map(({ number }) => number)).toEqual([1, 2, 3]);
        const failed = await run({ name: 'g', steps: [tool('broken', { retryConfig }), tool('after')] });
        expect(failed).toMatchObject({
          status: 'failed',
          error: { code: 'upstream.bad_reply', message: 'broken', step: 'broken' },
        });
        expect(statuses(failed)).toEqual({ broken: 'failed' });
        expect(step(failed, 'broken')).toMatchObject({ retry_count: 2, error: { message: 'broken' } });
      });

      test('goes on behind a step that may fail, and runs what stands in for one', async () => {
        const { run } = await stand({
          tools: { bad: () => Promise.reject(new WeirError('request.invalid', { message: 'no' })) },
        });
        const done = await run({
          name: 'f',
          steps: [
            tool('bad', { onError: 'continue' }),
            tool('saved', {
              tool: 'bad',
              catch: [{ name: 'why', type: 'set', config: { values: '{{error.message}}' } }],
            }),
            { name: 'end', type: 'set', config: { values: '{{steps.bad.status}} {{steps.saved.output}}' } },
          ],
        });
        expect(done).toMatchObject({ status: 'completed', output: 'failed no' });
        expect(statuses(done)).toEqual({
          bad: 'failed',
          saved: 'completed',
          'saved/catch/why': 'completed',
          end: 'completed',
        });
      });
    });

    test('chooses branches, leaves steps out, and says which', async () => {
      const { run, calls } = await stand();
      const gt = (value: number) => ({ type: 'gt', path: 'input.n', value });
      const done = await run(
        {
          name: 'f',
          steps: [
            { name: 'c', type: 'condition', config: { condition: gt(1), then: [tool('yes')], else: [tool('no')] } },
            {
              name: 's',
              type: 'switch',
              config: {
                cases: [
                  { when: gt(5), steps: [tool('big')] },
                  { when: gt(2), steps: [tool('middle')] },
                ],
                default: [tool('small')],
              },
            },
            tool('never', { condition: gt(100) }),
          ],
        },
        { n: 3 },
      );
      expect(calls).toEqual(['yes', 'middle']);
      expect(statuses(done)).toEqual({
        c: 'completed',
        'c/then/yes': 'completed',
        s: 'completed',
        's/1/middle': 'completed',
        never: 'skipped',
      });
    });

    describe(requirement('A13'), () => {
      test('WD6: steps within steps have rows, retries, conditions, onError and cost of their own', async () => {
        const { run } = await stand({
          costNano: 2000,
          tools: { flaky: (_p, _a, n) => (n === 1 ? Promise.reject(new WeirError('upstream.timeout')) : 'ok') },
        });
        const inner = [
          tool('flaky', { retryConfig: { maxAttempts: 2, backoffMs: 1 } }),
          tool('left out', { condition: { type: 'equals', path: 'input.x', value: 2 } }),
          sampling('ask'),
        ];
        const done = await run(
          { name: 'f', steps: [{ name: 'p', type: 'parallel', config: { steps: inner } }] },
          { x: 1 },
        );
        expect(statuses(done)).toEqual({
          p: 'completed',
          'p/flaky': 'completed',
          'p/left out': 'skipped',
          'p/ask': 'completed',
        });
        expect(step(done, 'p/flaky')?.retry_count).toBe(1);
        expect(step(done, 'p/ask')).toMatchObject({ cost_usd: 0.000002, tokens_used: 7, model_name: 'tiny' });
        expect(done).toMatchObject({
          cost_usd: 0.000002,
          modelBreakdown: { tiny: { calls: 1, tokens_used: 7, cost_usd: 0.000002 } },
        });
      });

      test('WD7: every attempt is charged, not the last one only', async () => {
        const { run, ledger } = await stand({
          tools: { ask: (_p, _a, n) => (n < 3 ? Promise.reject(new WeirError('upstream.bad_reply')) : 'fine') },
        });
        const done = await run({
          name: 'f',
          steps: [sampling('ask', { retryConfig: { maxAttempts: 3, backoffMs: 1 } })],
        });
        expect(ledger.size).toBe(3);
        expect(done).toMatchObject({ status: 'completed', cost_usd: 0.000003, tokens_used: 21 });
        expect(done.modelBreakdown).toEqual({ tiny: { calls: 3, tokens_used: 21, cost_usd: 0.000003 } });
      });
    });

    test('WD8: a step is in the database when the next one starts', async () => {
      const { begin, workflows, calls } = await stand({
        tools: { slow: (_p, { signal }) => pause(10_000, signal).then(() => null) },
      });
      const id = await begin({ name: 'f', steps: [tool('first'), tool('slow')] });
      await until(() => calls.includes('slow'));
      const row = await storage.workflows.runs.get('project_1', id);
      expect(row).toMatchObject({ status: 'running', owner: expect.any(String) });
      expect(statuses(await workflows.execution('project_1', id))).toEqual({ first: 'completed', slow: 'running' });
      await workflows.cancel('project_1', id);
    });

    test('WD11: a failed run has what it cost', async () => {
      const { run } = await stand({ tools: { ask: () => Promise.reject(new WeirError('upstream.rejected')) } });
      const failed = await run({ name: 'f', steps: [sampling('first'), sampling('ask')] });
      expect(failed).toMatchObject({ status: 'failed', cost_usd: 0.000002 });
      expect(failed.steps.map(({ cost_usd }) => cost_usd)).toEqual([0.000001, 0.000001]);
    });

    test('WD16: a run keeps the version it was started with', async () => {
      const one = await stand();
      const saying = (text: string) => [
        { name: 'ask', type: 'approval', config: { message: '?' } },
        { name: 's', type: 'set', config: { values: text } },
      ];
      const { id } = await one.workflows.create(BY, { name: 'f', steps: saying('old') });
      const old = await one.workflows.execute(BY, { workflowId: id, trigger: 'api' });
      await one.settled(old.id);
      expect(await one.workflows.update(BY, id, { name: 'f', steps: saying('new') })).toMatchObject({ version: 2 });
      const young = await one.workflows.execute(BY, { workflowId: id, trigger: 'api' });
      await one.settled(young.id);
      for (const run of [old, young]) await approve(one, run.id);
      expect(await one.settled(old.id)).toMatchObject({ version: 1, output: 'old' });
      expect(await one.settled(young.id)).toMatchObject({ version: 2, output: 'new' });
      expect(await one.workflows.get('project_1', id, 1)).toMatchObject({
        document: { steps: [{}, { config: { values: 'old' } }] },
      });
    });

    test('runs branches beside each other, by their dependencies where they have any', async () => {
      let open = 0;
      let most = 0;
      const slow = async () => {
        most = Math.max(most, ++open);
        await pause(30, NEVER);
        open--;
        return 'done';
      };
      const { run, calls } = await stand({ tools: { a: slow, b: slow, c: slow, d: slow } });
      const steps = [
        tool('d', { dependencies: ['b', 'c'] }),
        tool('a', { dependencies: [] }),
        tool('b', { dependencies: ['a'] }),
        tool('c', { dependencies: ['a'] }),
      ];
      expect(await run({ name: 'f', steps })).toMatchObject({ status: 'completed' });
      expect([calls[0], calls.slice(1, 3).sort(), calls[3]]).toEqual(['a', ['b', 'c'], 'd']);
      expect(most).toBe(2);
    });

    test('works through a list, so many at once, and bears as many failures as it may', async () => {
      let open = 0;
      let most = 0;
      const { run } = await stand({
        tools: {
          async work({ of }) {
            most = Math.max(most, ++open);
            await pause(5, NEVER);
            open--;
            if (of === 3) throw new WeirError('request.invalid', { message: 'three' });
            return Number(of) * 10;
          },
        },
      });
      const map = (more: JsonObject) => ({
        name: 'each',
        type: 'map',
        config: {
          items: '{{input.items}}',
          concurrency: 3,
          steps: [tool('work', { params: { of: '{{item}}' } })],
          ...more,
        },
      });
      const done = await run({ name: 'f', steps: [map({ toleratedFailures: 1 })] }, { items: [1, 2, 3, 4, 5, 6, 7] });
      expect(done).toMatchObject({ status: 'completed', output: [10, 20, null, 40, 50, 60, 70] });
      expect(most).toBe(3);
      expect(step(done, 'each[2]/work')).toMatchObject({ status: 'failed', error: { message: 'three' } });
      const failed = await run({ name: 'g', steps: [map({})] }, { items: [1, 2, 3, 4, 5, 6, 7] });
      expect(failed).toMatchObject({ status: 'failed', error: { message: 'three', step: 'each[2]/work' } });
      const many = await run({ name: 'h', steps: [map({ maxItems: 2 })] }, { items: [1, 2, 3] });
      expect(many).toMatchObject({ status: 'failed', error: { code: 'request.too_large' } });
    });

    test('waits for people everywhere, also in lists, parked, and goes on with what they say', async () => {
      const one = await stand();
      const ask = {
        name: 'ask',
        type: 'approval',
        config: {
          message: 'Take {{item}}?',
          form: { type: 'object', required: ['n'], properties: { n: { type: 'number' } } },
        },
      };
      const id = await one.begin({
        name: 'f',
        steps: [{ name: 'each', type: 'map', config: { items: ['a', 'b'], concurrency: 2, steps: [ask] } }],
      });
      expect(await one.settled(id)).toMatchObject({ status: 'waiting' });
      expect(await storage.workflows.runs.get('project_1', id)).toMatchObject({
        owner: null,
        lease_until: null,
        wake_at: null,
      });
      expect(one.engine.running).toBe(0);
      const items = await one.workflows.inbox.list({ projectId: 'project_1', status: 'open', limit: 9 });
      expect(items.map(({ title, step, kind }) => [title, step, kind]).sort()).toEqual([
        ['Take a?', 'each[0]/ask', 'approval'],
        ['Take b?', 'each[1]/ask', 'approval'],
      ]);
      for (const { id: item, step: path } of items) {
        await expect(one.workflows.inbox.decide(BY, item, { decision: 'approve', data: {} })).rejects.toMatchObject({
          code: 'request.invalid',
        });
        await one.workflows.inbox.decide(BY, item, {
          decision: 'approve',
          data: { n: path === 'each[0]/ask' ? 1 : 2 },
        });
        await expect(one.workflows.inbox.decide(BY, item, { decision: 'approve' })).rejects.toMatchObject({
          code: 'conflict',
        });
      }
      await until(async () => (await one.workflows.execution('project_1', id)).ended_at !== null);
      expect(await one.settled(id)).toMatchObject({
        status: 'completed',
        output: [
          { decision: 'approved', data: { n: 1 }, by: 'key_1' },
          { decision: 'approved', data: { n: 2 }, by: 'key_1' },
        ],
      });
    });

    test('takes a rejection as a failure, and the default or a failure when nobody answers in time', async () => {
      const { run, begin, settled, ...one } = await stand();
      const asking = (name: string, more: JsonObject) => ({
        name,
        steps: [{ name: 'ask', type: 'approval', config: { message: '?', ...more } }],
      });
      const id = await begin(asking('rejected', {}));
      await settled(id);
      await decide(one, id, { decision: 'reject' });
      await until(async () => (await one.workflows.execution('project_1', id)).ended_at !== null);
      expect(await settled(id)).toMatchObject({ status: 'failed', error: { code: 'approval.rejected', step: 'ask' } });
      const end = async (document: JsonObject) => {
        const started = await begin(document);
        await until(async () => (await one.workflows.execution('project_1', started)).ended_at !== null);
        return settled(started);
      };
      expect(await end(asking('late', { timeout: 30 }))).toMatchObject({
        status: 'failed',
        error: { code: 'approval.expired' },
      });
      const withDefault = asking('default', { timeout: 30, default: { decision: 'approve', data: { n: 5 } } });
      expect(await end(withDefault)).toMatchObject({
        status: 'completed',
        output: { decision: 'approved', data: { n: 5 }, by: null },
      });
      expect((await one.workflows.inbox.list({ projectId: 'project_1', status: 'expired', limit: 9 })).length).toBe(2);
    });

    test('goes on with other branches while one waits, and with that one as soon as it can', async () => {
      const one = await stand({
        tools: { slow: async () => until(() => one.calls.includes('after')).then(() => 'slow') },
      });
      const document = {
        name: 'f',
        steps: [
          {
            name: 'p',
            type: 'parallel',
            config: {
              steps: [
                tool('slow'),
                {
                  name: 'branch',
                  type: 'condition',
                  config: {
                    condition: 'true',
                    then: [{ name: 'ask', type: 'approval', config: { message: '?' } }, tool('after')],
                  },
                },
              ],
            },
          },
        ],
      };
      const id = await one.begin(document);
      await until(async () => (await one.workflows.inbox.openCount('project_1')) === 1);
      expect(await storage.workflows.runs.get('project_1', id)).toMatchObject({ owner: expect.any(String) });
      await approve(one, id);
      expect(await one.settled(id)).toMatchObject({ status: 'completed' });
    });

    test('parks a run that waits for a time, and another process goes on with it', async () => {
      const first = await stand({ home: 'a' });
      const id = await first.begin({
        name: 'f',
        steps: [tool('before'), { name: 'w', type: 'wait', config: { ms: 300 } }, tool('after')],
      });
      await until(async () => (await storage.workflows.runs.get('project_1', id))?.status === 'waiting');
      await first.engine.stop(0);
      const second = await stand({ home: 'b' });
      await until(() => second.calls.includes('after'));
      expect(await second.settled(id)).toMatchObject({ status: 'completed' });
      expect([first.calls, second.calls]).toEqual([['before'], ['after']]);
    });

    test('calls other workflows as runs of their own, whose cost is the step’s', async () => {
      const one = await stand();
      await one.workflows.create(BY, {
        name: 'inner',
        steps: [sampling('ask'), { name: 's', type: 'set', config: { values: '{{input.x}}!' } }],
      });
      const call = (name: string, more: JsonObject = {}) => ({
        name,
        type: 'workflow',
        config: { workflow: 'inner', input: { x: name }, ...more },
      });
      const id = await one.begin({
        name: 'outer',
        steps: [{ name: 'p', type: 'parallel', config: { steps: [call('a'), call('b')] } }],
      });
      await until(async () => (await one.workflows.execution('project_1', id)).ended_at !== null);
      const done = await one.settled(id);
      expect(done).toMatchObject({ status: 'completed', output: { a: 'a!', b: 'b!' }, cost_usd: 0.000002 });
      expect(step(done, 'p/a')).toMatchObject({ cost_usd: 0.000001, tokens_used: 7 });
      expect(done.modelBreakdown).toEqual({ tiny: { calls: 2, tokens_used: 14, cost_usd: 0.000002 } });
      const missing = await one.run({ name: 'o2', steps: [call('a', { workflow: 'nowhere' })] });
      expect(missing).toMatchObject({ status: 'failed', error: { code: 'resource.not_found' } });
    });

    test('ends at once when it is cancelled: work in flight, waiting steps and sub-runs', async () => {
      const aborted: string[] = [];
      const hang = (_p: unknown, { signal, path }: { signal: AbortSignal; path: string }) =>
        pause(20_000, signal).then(() => {
          if (signal.aborted) aborted.push(path);
          return null;
        });
      const one = await stand({ tools: { hang } });
      await one.workflows.create(BY, { name: 'inner', steps: [tool('hang')] });
      const id = await one.begin({
        name: 'outer',
        steps: [
          {
            name: 'p',
            type: 'parallel',
            config: {
              steps: [
                tool('hang'),
                { name: 'sub', type: 'workflow', config: { workflow: 'inner' } },
                { name: 'ask', type: 'approval', config: { message: '?' } },
              ],
            },
          },
          tool('after'),
        ],
      });
      await until(() => one.calls.length === 2);
      await one.workflows.cancel('project_1', id);
      await until(
        async () => (await one.workflows.execution('project_1', id)).ended_at !== null && aborted.length === 2,
      );
      const done = await one.settled(id);
      expect(done).toMatchObject({ status: 'cancelled', error: { code: 'call.cancelled' } });
      expect(statuses(done)).toEqual({
        p: 'cancelled',
        'p/hang': 'cancelled',
        'p/sub': 'cancelled',
        'p/ask': 'cancelled',
      });
      expect(await one.workflows.inbox.openCount('project_1')).toBe(0);
      const runs = await one.workflows.executions({ projectId: 'project_1', limit: 9 });
      await until(async () =>
        (await one.workflows.executions({ projectId: 'project_1', limit: 9 })).every(
          ({ status }) => status === 'cancelled',
        ),
      );
      expect(runs).toHaveLength(2);
      await expect(one.workflows.cancel('project_1', id)).rejects.toMatchObject({ code: 'conflict' });
    });

    test('breaks off what takes longer than it may: a step, a step of steps, a run', async () => {
      const hang = (_p: unknown, { signal }: { signal: AbortSignal }) => pause(20_000, signal).then(() => null);
      const { run, begin, workflows } = await stand({ tools: { hang } });
      expect(
        await run({ name: 'a', steps: [tool('hang', { timeout: 30, retryConfig: { maxAttempts: 2, backoffMs: 1 } })] }),
      ).toMatchObject({
        status: 'failed',
        error: { code: 'upstream.timeout', message: expect.stringContaining('30 ms') },
        steps: [{ retry_count: 1 }],
      });
      const inner = { name: 'p', type: 'parallel', timeout: 60, config: { steps: [tool('hang')] } };
      expect(await run({ name: 'b', steps: [inner] })).toMatchObject({
        status: 'failed',
        error: { code: 'upstream.timeout' },
      });
      const id = await begin({
        name: 'c',
        timeout: 60,
        steps: [{ name: 'ask', type: 'approval', config: { message: '?' } }],
      });
      await until(async () => (await workflows.execution('project_1', id)).ended_at !== null);
      expect(await workflows.execution('project_1', id)).toMatchObject({
        status: 'failed',
        error: { message: expect.stringContaining('timeout of 60 ms') },
      });
    });

    test('undoes finished steps, newest first, when a run is rolled back', async () => {
      const { run, calls } = await stand({
        tools: { bad: () => Promise.reject(new WeirError('request.invalid', { message: 'no' })) },
      });
      const undo = (name: string) => tool(`undo ${name}`, { params: { was: `{{steps.${name}.output.name}}` } });
      const failed = await run({
        name: 'f',
        errorHandling: { strategy: 'rollback' },
        steps: [
          tool('a', { compensate: undo('a') }),
          tool('b'),
          { name: 'p', type: 'parallel', config: { steps: [tool('c', { compensate: undo('c') })] } },
          tool('bad', { compensate: undo('bad') }),
        ],
      });
      expect(failed).toMatchObject({ status: 'failed', error: { step: 'bad' } });
      expect(calls).toEqual(['a', 'b', 'c', 'bad', 'undo c', 'undo a']);
      expect(step(failed, 'a/compensate')).toMatchObject({ status: 'completed', output: { was: 'a' } });
    });

    test('starts the workflow for failures with what went wrong', async () => {
      const one = await stand({
        tools: { bad: () => Promise.reject(new WeirError('request.invalid', { message: 'no' })) },
      });
      await one.workflows.create(BY, {
        name: 'alarm',
        steps: [{ name: 's', type: 'set', config: { values: '{{input.error.message}} in {{input.run.workflow}}' } }],
      });
      await one.run({ name: 'f', errorHandling: { onError: 'alarm' }, steps: [tool('bad')] });
      const alarms = async () =>
        (await one.workflows.executions({ projectId: 'project_1', limit: 9 })).filter(
          ({ status }) => status === 'completed',
        );
      await until(async () => (await alarms()).length === 1);
      expect(await one.workflows.execution('project_1', (await alarms())[0]?.id ?? '')).toMatchObject({
        output: 'no in f',
      });
    });

    test('refuses an output that is too large, and says how large', async () => {
      const { run } = await stand({ tools: { big: () => 'x'.repeat(5_000_000) } });
      const failed = await run({ name: 'f', steps: [tool('big')] });
      expect(failed).toMatchObject({
        status: 'failed',
        error: { code: 'request.too_large', message: expect.stringContaining('5000002') },
      });
    });

    test('acts as the key that started it, and stops when that is revoked', async () => {
      const one = await stand();
      const { id } = await one.workflows.create(BY, { name: 'f', steps: [tool('a')] });
      const started = await one.workflows.execute({ ...BY, keyId: 'revoked' }, { workflowId: id, trigger: 'api' });
      expect(await one.settled(started.id)).toMatchObject({ status: 'failed', error: { code: 'auth.invalid' } });
      expect(one.calls).toEqual([]);
    });

    test('pauses when its calls are used up, and a person lets it go on', async () => {
      const one = await stand();
      const id = await one.begin({
        name: 'f',
        budget: { calls: 2, onExceed: 'pause' },
        steps: [sampling('a'), sampling('b'), sampling('c')],
      });
      expect(await one.settled(id)).toMatchObject({ status: 'waiting', steps: [{}, {}, { status: 'waiting' }] });
      const [item] = await one.workflows.inbox.list({ projectId: 'project_1', runId: id, limit: 9 });
      expect(item).toMatchObject({ kind: 'budget', detail: { message: expect.stringContaining('2 model calls') } });
      await approve(one, id);
      await until(async () => (await one.workflows.execution('project_1', id)).ended_at !== null);
      expect(await one.settled(id)).toMatchObject({ status: 'completed', cost_usd: 0.000003 });
      const stopped = await one.run({
        name: 'g',
        budget: { calls: 1, onExceed: 'stop' },
        steps: [sampling('a'), sampling('b')],
      });
      expect(stopped).toMatchObject({ status: 'failed', error: { code: 'limit.budget', step: 'b' } });
    });

    test('gives each step its budgets, and those of the runs above', async () => {
      const one = await stand();
      await one.workflows.create(BY, {
        name: 'inner',
        budget: { usd: 1 },
        steps: [sampling('ask', { budget: { usd: 0.5, onExceed: 'stop' } })],
      });
      const id = await one.begin({
        name: 'outer',
        budget: { usd: 2, onExceed: 'pause', approveAboveUsd: 0.1 },
        steps: [sampling('own'), { name: 'sub', type: 'workflow', config: { workflow: 'inner' } }],
      });
      await until(async () => (await one.workflows.execution('project_1', id)).ended_at !== null);
      const limits = one.attempts.map(({ budgets }) =>
        budgets.map(({ budget }) => [budget.scope, budget.limitNano / 1e9]),
      );
      expect(limits).toEqual([
        [['workflow', 2]],
        [
          ['workflow', 1],
          ['step', 0.5],
          ['workflow', 2],
        ],
      ]);
      expect(one.attempts[1]?.budgets[2]?.budget.approveAboveNano).toBe(100_000_000);
      expect(await one.attempts[1]?.budgets[2]?.spent?.()).toBe(2000);
    });

    describe('after its process is gone', () => {
      /** A process that stands still in the middle of the tool `hang` and is taken for dead. */
      async function dead(document: JsonObject, effects: StandOptions['effects'] = {}) {
        const hang = () => new Promise<never>(() => {});
        const first = engineStand({ storage, tools: { hang }, effects });
        gone.push(first);
        await first.engine.start();
        const id = await first.begin(document);
        await until(() => first.calls.includes('hang'));
        return { first, id };
      }

      test('the run goes on where it was: nothing finished runs twice, what was in flight is done with the same key', async () => {
        const { first, id } = await dead({
          name: 'f',
          steps: [tool('a'), tool('hang', { effect: 'idempotent' }), tool('b')],
        });
        const second = await stand();
        expect(await second.settled(id)).toMatchObject({ status: 'completed' });
        expect([first.calls, second.calls]).toEqual([
          ['a', 'hang'],
          ['hang', 'b'],
        ]);
        expect(second.attempts[0]?.idempotencyKey).toBe(first.attempts[1]?.idempotencyKey);
        expect(second.attempts[0]?.number).toBe(2);
      });

      test('the old process cannot write any more, whatever it still does', async () => {
        let go: (value: Json) => void = () => {};
        const first = engineStand({
          storage,
          tools: {
            hang: () =>
              new Promise<Json>((resolve) => {
                go = resolve;
              }),
          },
        });
        await first.engine.start();
        const id = await first.begin({ name: 'f', steps: [tool('hang'), tool('after')] });
        await until(() => first.calls.includes('hang'));
        const second = await stand({ tools: { hang: () => 'second' } });
        expect(await second.settled(id)).toMatchObject({ status: 'completed' });
        go('first');
        await until(() => first.engine.running === 0);
        expect(first.calls).toEqual(['hang']);
        expect(step(await second.settled(id), 'hang')?.output).toBe('second');
        await first.engine.stop(0);
      });

      test.each<[string, Json, object]>([
        ['it happened', { outcome: 'happened', output: 'sent' }, { status: 'completed', output: 'sent' }],
        ['it did not', { outcome: 'not_happened' }, { status: 'completed', output: 'again' }],
        ['leave it out', { outcome: 'skip' }, { status: 'skipped', output: null }],
      ])('a step that must happen once asks a person; %s', async (_what, data, expected) => {
        const { id } = await dead({ name: 'f', steps: [tool('hang'), tool('after')] }, { hang: 'once' });
        const second = await stand({ effects: { hang: 'once' }, tools: { hang: () => 'again' } });
        expect(statuses(await second.settled(id))).toEqual({ hang: 'needs_attention' });
        expect(second.calls).toEqual([]);
        const [item] = await second.workflows.inbox.list({ projectId: 'project_1', limit: 9 });
        expect(item).toMatchObject({ kind: 'needs_attention', execution_id: id, step: 'hang' });
        await approve(second, id, data);
        await until(async () => (await second.workflows.execution('project_1', id)).ended_at !== null);
        const done = await second.settled(id);
        expect(done.status).toBe('completed');
        expect(step(done, 'hang')).toMatchObject(expected);
        expect(second.calls).toEqual(
          'outcome' in (data as object) && (data as JsonObject).outcome === 'not_happened'
            ? ['hang', 'after']
            : ['after'],
        );
      });

      test('an answer that was kept is not asked for again, and its cost is the ledger’s', async () => {
        const ledger = new Map();
        let isKept = false;
        const afterKeep = () => {
          isKept = true;
          return new Promise<never>(() => {});
        };
        const first = engineStand({ storage, ledger, afterKeep });
        await first.engine.start();
        const id = await first.begin({ name: 'f', steps: [sampling('ask'), tool('after')] });
        await until(() => isKept);
        // The ledger settles by estimate what died before its record.
        const requestId = first.attempts[0]?.requestId ?? '';
        ledger.set(requestId, { request_id: requestId, cost_nano_usd: 900, tokens_used: 5, model: 'tiny' });
        const second = await stand({ ledger });
        const done = await second.settled(id);
        expect(done).toMatchObject({ status: 'completed', cost_usd: 0.0000009, tokens_used: 5 });
        expect(second.calls).toEqual(['after']);
        expect(step(done, 'ask')).toMatchObject({ output: { name: 'ask' }, retry_count: 0 });
      });
    });

    test('WD8: dies at any commit, before or after it, and goes on without a loss or a repetition', async () => {
      const document = (name: string) => ({
        name,
        steps: [
          tool('send', { effect: 'once' }),
          sampling('ask'),
          { name: 'p', type: 'parallel', config: { steps: [tool('a', { effect: 'once' }), sampling('b')] } },
          { name: 's', type: 'set', config: { values: '{{steps.ask.output.name}}' } },
          tool('end', { effect: 'once' }),
        ],
      });
      let tried = 0;
      for (let commit = 1; ; commit++) {
        let wasReached = false;
        for (const side of ['before', 'after'] as const) {
          const ledger = new Map();
          let isDead = false;
          const died = () => {
            isDead = true;
          };
          const first = engineStand({ storage, ledger, diesAt: { commit, side, died } });
          await first.engine.start();
          const id = await first.begin(document(`${commit} ${side}`));
          await until(async () => isDead || (await first.workflows.execution('project_1', id)).ended_at !== null);
          wasReached ||= isDead;
          const second = engineStand({ storage, ledger });
          await second.engine.start();
          await until(async () => {
            for (const item of await second.workflows.inbox.list({
              projectId: 'project_1',
              runId: id,
              status: 'open',
              limit: 9,
            })) {
              const hasHappened = first.calls.includes(String(item.step?.split('/').at(-1)));
              await second.workflows.inbox.decide(BY, item.id, {
                decision: 'approve',
                data: { outcome: hasHappened ? 'happened' : 'not_happened' },
              });
            }
            return (await second.workflows.execution('project_1', id)).ended_at !== null;
          });
          const at = `${commit} ${side}`;
          const done = await second.workflows.execution('project_1', id);
          expect([at, done.status]).toEqual([at, 'completed']);
          const calls = [...first.calls, ...second.calls];
          for (const name of ['send', 'a', 'end'])
            expect([at, name, calls.filter((each) => each === name).length]).toEqual([at, name, 1]);
          const paid = [...ledger.values()].filter(({ success }) => success);
          expect([at, paid.length]).toEqual([
            at,
            2 - [...done.steps].filter(({ cost_usd, type }) => type === 'sampling' && cost_usd === 0).length,
          ]);
          tried++;
          await second.engine.stop(0);
        }
        if (!wasReached) break;
      }
      expect(tried).toBeGreaterThan(10);
    }, 120_000);

    test('forks from any step at no cost for what is before it, also with another definition', async () => {
      const one = await stand({
        tools: { bad: () => Promise.reject(new WeirError('request.invalid', { message: 'no' })) },
      });
      const document = (last: JsonObject) => ({ name: 'f', steps: [sampling('a'), sampling('b'), last] });
      const failed = await one.run(document(tool('bad')));
      expect(failed).toMatchObject({ status: 'failed', cost_usd: 0.000002 });
      one.calls.length = 0;
      const { id } = await one.workflows.fork(BY, failed.id, { document: document(tool('good')) });
      const forked = await one.settled(id);
      expect(forked).toMatchObject({
        status: 'completed',
        cost_usd: 0,
        version: 2,
        forked_from: failed.id,
        modelBreakdown: {},
      });
      expect(forked.steps).toMatchObject([
        { reused_from: failed.id, cost_usd: 0 },
        { reused_from: failed.id },
        { reused_from: null },
      ]);
      expect(one.calls).toEqual(['good']);
      const again = await one.workflows.fork(BY, id, { fromStep: 'b' });
      expect(await one.settled(again.id)).toMatchObject({
        status: 'completed',
        cost_usd: 0.000001,
        steps: [{ reused_from: failed.id }, { reused_from: null }, {}],
      });
      await expect(one.workflows.fork(BY, id, { fromStep: 'nowhere' })).rejects.toMatchObject({
        code: 'request.invalid',
      });
    });

    test('goes on with a failed run in its place, from where it failed', async () => {
      let isMended = false;
      const one = await stand({
        tools: { bad: () => (isMended ? 'good' : Promise.reject(new WeirError('request.invalid', { message: 'no' }))) },
      });
      const failed = await one.run({
        name: 'f',
        steps: [sampling('a'), { name: 'p', type: 'parallel', config: { steps: [tool('b'), tool('bad')] } }, tool('c')],
      });
      expect(failed.status).toBe('failed');
      isMended = true;
      await one.workflows.resume(BY, failed.id, {});
      const done = await one.settled(failed.id);
      expect(done).toMatchObject({ id: failed.id, status: 'completed', cost_usd: 0.000001, error: null });
      expect(one.calls).toEqual(['a', 'b', 'bad', 'bad', 'c']);
      await expect(one.workflows.resume(BY, failed.id, {})).rejects.toMatchObject({ code: 'conflict' });
    });

    test('starts one run for a dedupe key, however often it is asked', async () => {
      const one = await stand();
      const { id } = await one.workflows.create(BY, { name: 'f', steps: [tool('a')] });
      const all = await Promise.all(
        Array.from({ length: 5 }, () =>
          one.workflows.execute(BY, { workflowId: id, trigger: 'webhook', dedupeKey: 'event 1' }),
        ),
      );
      expect(new Set(all.map((each) => each.id)).size).toBe(1);
      expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
    });

    test('tells of every change once, from any number on', async () => {
      const one = await stand();
      const id = await one.begin({
        name: 'f',
        steps: [tool('a'), { name: 'ask', type: 'approval', config: { message: '?' } }, tool('b')],
      });
      const seen = async (aboveSequence: number, signal: AbortSignal) => {
        const events = [];
        for await (const event of one.workflows.events('project_1', id, { aboveSequence, signal })) events.push(event);
        return events;
      };
      const all = seen(0, NEVER);
      await one.settled(id);
      await approve(one, id);
      const events = await all;
      expect(events.at(-1)?.execution.status).toBe('completed');
      const sequences = events.map(({ sequence }) => sequence);
      expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
      expect(new Set(events.flatMap(({ steps }) => steps.map(({ path }) => path)))).toEqual(new Set(['a', 'ask', 'b']));
      const last = sequences.at(-1) ?? 0;
      expect((await seen(last - 1, NEVER)).map(({ sequence }) => sequence)).toEqual([last]);
      expect(await seen(last, NEVER)).toEqual([]);
    });

    test('keeps what users said unreadable in the database', async () => {
      const { run } = await stand();
      await run({ name: 'f', steps: [tool('a', { params: { text: 'secret words' } })] }, { text: 'secret words' });
      const [row] = await storage.workflows.runs.list({ projectId: 'project_1', limit: 1 });
      const of = { projectId: 'project_1', runId: row?.id ?? '' };
      const rows = JSON.stringify([
        row,
        await storage.workflows.runs.steps(of),
        await storage.workflows.runs.attempts({ ...of, runIds: [of.runId] }),
      ]);
      expect(rows).not.toContain('secret words');
    });

    test('ends within seconds while the database is away, and the next process goes on', async () => {
      let isAway = false;
      const { commit } = storage.workflows.runs;
      const away: Storage = {
        ...storage,
        workflows: {
          ...storage.workflows,
          runs: {
            ...storage.workflows.runs,
            commit: (write) => (isAway ? Promise.reject(new WeirError('store.unavailable')) : commit(write)),
          },
        },
      };
      const { promise: slowly, resolve: go } = Promise.withResolvers<Json>();
      const first = engineStand({ storage: away, tools: { slow: () => slowly } });
      await first.engine.start();
      const id = await first.begin({ name: 'f', steps: [tool('slow'), tool('after')] });
      await until(() => first.calls.includes('slow'));
      isAway = true;
      go('done');
      await first.engine.stop(100);
      expect(first.calls).toEqual(['slow']);
      const second = await stand({ tools: { slow: () => 'done again' } });
      expect(await second.settled(id)).toMatchObject({ status: 'completed' });
    }, 20_000);

    test('shares runs among processes, each run in one', async () => {
      const all = await Promise.all(['a', 'b', 'c'].map((home) => stand({ home, maxRunning: 4 })));
      const [first] = all as [Stand];
      const { id } = await first.workflows.create(BY, {
        name: 'f',
        steps: Array.from({ length: 4 }, (_, at) => tool(`s${at}`)),
      });
      const runs = await Promise.all(
        Array.from({ length: 30 }, () => first.workflows.execute(BY, { workflowId: id, trigger: 'api' })),
      );
      const done = await Promise.all(runs.map((each) => first.settled(each.id)));
      expect(new Set(done.map(({ status }) => status))).toEqual(new Set(['completed']));
      expect(all.flatMap(({ calls }) => calls)).toHaveLength(120);
    });
  });
}
