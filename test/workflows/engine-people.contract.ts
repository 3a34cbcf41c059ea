import { expect, test } from 'vitest';
import type { JsonObject } from '../../server/src/kernel/json.ts';
import { BY, sampling, tool } from './engine-stand.ts';
import { approve, decide, type EngineSuite, until } from './engine-suite.ts';

/** What waits for people and acts in their name: approvals, keys, budgets that pause. */
export function peopleContract(suite: EngineSuite): void {
  test('waits for people everywhere, also in lists, parked, and goes on with what they say', async () => {
    const one = await suite.stand();
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
    expect(await suite.storage.workflows.runs.get('project_1', id)).toMatchObject({
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
    const { run, begin, settled, ...one } = await suite.stand();
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
    const one = await suite.stand({
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
    expect(await suite.storage.workflows.runs.get('project_1', id)).toMatchObject({ owner: expect.any(String) });
    await approve(one, id);
    expect(await one.settled(id)).toMatchObject({ status: 'completed' });
  });

  test('acts as the key that started it, and stops when that is revoked', async () => {
    const one = await suite.stand();
    const { id } = await one.workflows.create(BY, { name: 'f', steps: [tool('a')] });
    const started = await one.workflows.execute({ ...BY, keyId: 'revoked' }, { workflowId: id, trigger: 'api' });
    expect(await one.settled(started.id)).toMatchObject({ status: 'failed', error: { code: 'auth.invalid' } });
    expect(one.calls).toEqual([]);
  });

  test('pauses when its calls are used up, and a person lets it go on', async () => {
    const one = await suite.stand();
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
    const one = await suite.stand();
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
}
