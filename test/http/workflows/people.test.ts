import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approval, type Stage, set, workflowStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await workflowStage();
});
afterAll(() => stage.close());

const FORM = {
  type: 'object',
  properties: { amount: { type: 'number', minimum: 0 }, why: { type: 'string', pattern: '^(a+)+$' } },
  required: ['amount'],
  additionalProperties: false,
};

async function openItems(run: string) {
  return (await stage.ask(`GET /api/v1/inbox?execution_id=${run}`)).body.data;
}

describe('an approval', () => {
  test('in a loop is asked for each item, through the API, and gives what was filled in', async () => {
    const config = { message: 'Refund {{item}}?', form: FORM, data: { amount: 1 } };
    const steps = [
      { name: 'each', type: 'map', config: { items: '{{input}}', concurrency: 2, steps: [approval('ask', config)] } },
    ];
    const id = await stage.store({ name: 'loop', steps });
    const run = await stage.run(id, ['a', 'b']);
    expect(run.status).toBe('waiting');
    await expect.poll(async () => (await openItems(run.id)).length).toBe(2);
    const items = await openItems(run.id);
    expect(items.map(({ title, step, form }: Record<string, unknown>) => [title, step, form]).sort()).toEqual([
      ['Refund a?', 'each[0]/ask', FORM],
      ['Refund b?', 'each[1]/ask', FORM],
    ]);
    for (const item of items) {
      const amount = item.title === 'Refund a?' ? 10 : 20;
      expect((await stage.ask(`GET /api/v1/inbox/${item.id}`)).body).toMatchObject({
        id: item.id,
        kind: 'approval',
        status: 'open',
      });
      const decided = await stage.ask(`POST /api/v1/inbox/${item.id}/approve`, { data: { amount } });
      expect(decided).toMatchObject({
        status: 200,
        body: { status: 'approved', data: { amount }, decided_by: 'admin' },
      });
    }
    const done = await stage.until(run.id, 'completed');
    expect(JSON.stringify(done.output)).toMatch(/"amount":10.*"amount":20/);
  });

  test('takes only what its form allows, in linear time, and only one decision', async () => {
    const id = await stage.store({ name: 'form', steps: [approval('ask', { message: 'How much?', form: FORM })] });
    const run = await stage.run(id);
    const [item] = await openItems(run.id);
    const approve = (data?: unknown) =>
      stage.ask(`POST /api/v1/inbox/${item.id}/approve`, data === undefined ? {} : { data });
    for (const wrong of [undefined, { amount: 'x' }, { amount: -1 }, { amount: 1, more: 1 }, 'text']) {
      expect(await approve(wrong)).toMatchObject({ status: 400, body: { error: { code: 'request.invalid' } } });
    }
    const before = process.cpuUsage().user;
    expect((await approve({ amount: 1, why: `${'a'.repeat(50_000)}!` })).status).toBe(400);
    expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
    expect((await approve({ amount: 1 })).status).toBe(200);
    expect((await approve({ amount: 1 })).status).toBe(409);
    await stage.until(run.id, 'completed');
  });

  test('that is refused fails its step, which the workflow may catch', async () => {
    const ask = { ...approval('ask', { message: 'Go?' }), catch: [set('instead', { went: false })] };
    const id = await stage.store({ name: 'refused', steps: [ask] });
    const run = await stage.run(id);
    const [item] = await openItems(run.id);
    expect((await stage.ask(`POST /api/v1/inbox/${item.id}/reject`, {})).body.status).toBe('rejected');
    expect(await stage.until(run.id, 'completed')).toMatchObject({ output: { went: false } });
    const all = (await stage.ask(`GET /api/v1/inbox?status=all&execution_id=${run.id}`)).body.data;
    expect(all).toMatchObject([{ id: item.id, status: 'rejected' }]);
  });

  test('is decided by operators, seen by viewers', async () => {
    const id = await stage.store({ name: 'roles', steps: [approval('ask', { message: 'Go?' })] });
    const run = await stage.run(id);
    const [item] = await openItems(run.id);
    const as = async (role: string) => ({ key: (await stage.key({ role })).key });
    expect((await stage.ask(`GET /api/v1/inbox/${item.id}`, undefined, await as('viewer'))).status).toBe(200);
    for (const role of ['viewer', 'developer']) {
      expect((await stage.ask(`POST /api/v1/inbox/${item.id}/approve`, {}, await as(role))).status).toBe(403);
    }
    expect((await stage.ask(`POST /api/v1/inbox/${item.id}/approve`, {}, await as('operator'))).status).toBe(200);
  });
});
