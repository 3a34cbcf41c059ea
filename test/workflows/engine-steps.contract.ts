import { describe, expect, test } from 'vitest';
import { WeirError } from '../../server/src/kernel/errors.ts';
import type { JsonObject } from '../../server/src/kernel/json.ts';
import { pause } from '../../server/src/simulator/pacing.ts';
import { requirement } from '../support/requirement.ts';
import { BY, sampling, tool } from './engine-stand.ts';
import { approve, type EngineSuite, statuses, step, until } from './engine-suite.ts';

const NEVER = new AbortController().signal;

/** What runs do with their steps: order, branches, lists, retries, sub-workflows, ends. */
export function stepsContract(suite: EngineSuite): void {
  describe(requirement('A11'), () => {
    test('runs steps in order, and each sees what those before it gave', async () => {
      const { run } = await suite.stand({ tools: { double: ({ n }) => ({ n: Number(n) * 2 }) } });
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
      const { run, attempts } = await suite.stand({
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
      const { run } = await suite.stand({
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
    const { run, calls } = await suite.stand();
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
      const { run } = await suite.stand({
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
      const { run, ledger } = await suite.stand({
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
    const { begin, workflows, calls } = await suite.stand({
      tools: { slow: (_p, { signal }) => pause(10_000, signal).then(() => null) },
    });
    const id = await begin({ name: 'f', steps: [tool('first'), tool('slow')] });
    await until(() => calls.includes('slow'));
    const row = await suite.storage.workflows.runs.get('project_1', id);
    expect(row).toMatchObject({ status: 'running', owner: expect.any(String) });
    expect(statuses(await workflows.execution('project_1', id))).toEqual({ first: 'completed', slow: 'running' });
    await workflows.cancel('project_1', id);
  });

  test('WD11: a failed run has what it cost', async () => {
    const { run } = await suite.stand({ tools: { ask: () => Promise.reject(new WeirError('upstream.rejected')) } });
    const failed = await run({ name: 'f', steps: [sampling('first'), sampling('ask')] });
    expect(failed).toMatchObject({ status: 'failed', cost_usd: 0.000002 });
    expect(failed.steps.map(({ cost_usd }) => cost_usd)).toEqual([0.000001, 0.000001]);
  });

  test('WD16: a run keeps the version it was started with', async () => {
    const one = await suite.stand();
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
    const { run, calls } = await suite.stand({ tools: { a: slow, b: slow, c: slow, d: slow } });
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
    const { run } = await suite.stand({
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

  test('calls other workflows as runs of their own, whose cost is the step’s', async () => {
    const one = await suite.stand();
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
    const one = await suite.stand({ tools: { hang } });
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
    await until(async () => (await one.workflows.execution('project_1', id)).ended_at !== null && aborted.length === 2);
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
    const { run, begin, workflows } = await suite.stand({ tools: { hang } });
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
    const { run, calls } = await suite.stand({
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
    const one = await suite.stand({
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
    const { run } = await suite.stand({ tools: { big: () => 'x'.repeat(5_000_000) } });
    const failed = await run({ name: 'f', steps: [tool('big')] });
    expect(failed).toMatchObject({
      status: 'failed',
      error: { code: 'request.too_large', message: expect.stringContaining('5000002') },
    });
  });
}
