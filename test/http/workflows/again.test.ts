import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, sampling, set, workflowStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await workflowStage();
});
afterAll(() => stage.close());

const asked = () => stage.upstream.requests.length;

describe('a run that failed', () => {
  const flow = (name: string, path: string) => ({
    name,
    steps: [
      sampling('paid', 'Say something.'),
      set('pick', `{{steps.paid.output.${path}}}`),
      set('end', { got: '{{steps.pick.output}}' }),
    ],
  });

  test('is resumed with a corrected definition, and what it had is not paid again', async () => {
    const id = await stage.store(flow('resumed', 'nothing.there'));
    const failed = await stage.run(id);
    expect(failed).toMatchObject({ status: 'failed', error: { step: 'pick' } });
    const before = asked();
    const document = flow('resumed', 'content');
    const resumed = await stage.ask(`POST /api/executions/${failed.id}/resume?wait=30`, { document });
    expect(resumed).toMatchObject({
      status: 200,
      body: { id: failed.id, status: 'completed', version: 2, output: { got: 'fine' } },
    });
    expect(asked()).toBe(before);
    expect(resumed.body.cost_usd).toBe(failed.cost_usd);
    expect((await stage.ask(`POST /api/executions/${failed.id}/resume`, {})).status).toBe(409);
    const { body: log } = await stage.ask('GET /api/v1/audit?limit=1');
    expect(log.data).toMatchObject([{ action: 'execution.resume', object: failed.id, detail: { version: 2 } }]);
  });

  test('has the triggers of the document that it is resumed or forked with', async () => {
    const id = await stage.store(flow('timed', 'nothing.there'));
    const failed = await stage.run(id);
    const triggers = [
      { type: 'cron', cron: '0 9 * * 1-5', timeZone: 'Europe/Oslo' },
      { type: 'webhook', name: 'orders' },
    ];
    const names = async () =>
      (await stage.ask(`GET /api/workflows/${id}`)).body.triggers.map((one: { name: string }) => one.name);
    expect(await names()).toEqual([]);
    await stage.ask(`POST /api/executions/${failed.id}/fork?wait=30`, {
      document: { ...flow('timed', 'content'), triggers },
    });
    expect(await names()).toEqual(['cron-1', 'orders']);
    expect((await stage.ask(`POST /api/workflows/${id}/hooks/orders/rotate`)).body.secret).toMatch(/^whsec_/);
    const document = { ...flow('timed', 'content'), triggers: triggers.slice(0, 1) };
    await stage.ask(`POST /api/executions/${failed.id}/resume?wait=30`, { document });
    expect(await names()).toEqual(['cron-1']);
  });

  test('is forked: a new run takes over what came before, at no cost, and the old one stays', async () => {
    const id = await stage.store(flow('forked', 'nothing.there'));
    const failed = await stage.run(id);
    const before = asked();
    const forked = await stage.ask(`POST /api/executions/${failed.id}/fork?wait=30`, {
      document: flow('forked', 'content'),
    });
    expect(forked.body).toMatchObject({
      status: 'completed',
      forked_from: failed.id,
      cost_usd: 0,
      output: { got: 'fine' },
    });
    expect(forked.body.id).not.toBe(failed.id);
    expect(forked.body.steps).toMatchObject([
      { path: 'paid', reused_from: failed.id, cost_usd: 0 },
      { reused_from: null },
      {},
    ]);
    expect(asked()).toBe(before);
    expect((await stage.ask(`GET /api/executions/${failed.id}`)).body).toMatchObject({ status: 'failed' });
    const again = await stage.ask(`POST /api/executions/${forked.body.id}/fork?wait=30`, { from_step: 'paid' });
    expect(again.body).toMatchObject({ status: 'completed', steps: [{ path: 'paid', reused_from: null }, {}, {}] });
    expect(asked()).toBe(before + 1);
  });
});

test('cancelling a run ends the call that it is in', async () => {
  const { answer } = stage.upstream;
  const closed = new Promise<void>((resolve) => {
    stage.upstream.answer = (_request, response) => void once(response, 'close').then(() => resolve());
  });
  const id = await stage.store({ name: 'cancelled', steps: [sampling('slow', 'Take your time.'), set('never', 1)] });
  const before = asked();
  const { body } = await stage.ask(`POST /api/workflows/${id}/execute`, {});
  await expect.poll(asked).toBe(before + 1);
  expect((await stage.ask(`POST /api/executions/${body.id}/cancel`)).status).toBe(200);
  await closed;
  stage.upstream.answer = answer;
  const cancelled = await stage.until(body.id, 'cancelled');
  expect(cancelled.steps.map(({ path, status }: { path: string; status: string }) => [path, status])).toEqual([
    ['slow', 'cancelled'],
  ]);
  expect((await stage.ask(`POST /api/executions/${body.id}/cancel`)).status).toBe(409);
});
