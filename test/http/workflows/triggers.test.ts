import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signWebhook } from '../../../server/src/features/workflows/triggers/webhook-signature.ts';
import { type Stage, set, workflowStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await workflowStage();
});
afterAll(() => stage.close());

const TRIGGERS = [
  { type: 'cron', cron: '0 9 * * 1-5', timeZone: 'Europe/Oslo', input: { from: 'cron' } },
  { type: 'webhook', name: 'orders' },
];
const document = (more: object = {}) => ({
  name: 'triggered',
  triggers: TRIGGERS,
  steps: [set('s', '{{input}}')],
  ...more,
});

async function deliver(of: { path: string; secret: string; body?: string; headers?: Record<string, string> }) {
  const body = of.body ?? '{"order":7}';
  const signature = signWebhook(of.secret, { body, atMs: Date.now() });
  const headers = { 'x-weir-signature': signature, ...of.headers };
  const response = await fetch(stage.url + of.path, { method: 'POST', headers, body });
  return {
    status: response.status,
    body: (await response.json()) as { execution_id: string; error: { message: string } },
  };
}

describe('triggers of a definition', () => {
  test('are shown with their next time and address; the secret of a webhook only when it is new', async () => {
    const made = await stage.ask('POST /api/workflows', document());
    const [cron, hook] = made.body.triggers;
    expect(cron).toMatchObject({ type: 'cron', cron: '0 9 * * 1-5', time_zone: 'Europe/Oslo' });
    expect(new Date(cron.next_at).getTime()).toBeGreaterThan(Date.now());
    expect(hook).toMatchObject({ type: 'webhook', path: `/api/workflows/${made.body.id}/hooks/orders` });
    expect(hook.secret).toMatch(/^whsec_/);
    expect((await stage.ask('GET /api/workflows/triggered')).text).not.toContain(hook.secret);
    const next = await stage.ask('PUT /api/workflows/triggered', document({ description: 'newer' }));
    expect(next.body.triggers[1].secret).toBeUndefined();
    expect((await deliver({ path: hook.path, secret: hook.secret })).status).toBe(202);
    expect(stage.logged()).not.toContain(hook.secret);
  });

  test('a signed delivery is a run with its body; a second one of the same signature is refused', async () => {
    const { secret, path } = (await stage.ask('POST /api/workflows/triggered/hooks/orders/rotate')).body;
    const headers = {
      'x-weir-signature': signWebhook(secret, { body: '{"order":8}', atMs: Date.now() }),
      'idempotency-key': 'k',
    };
    const first = await deliver({ path, secret, body: '{"order":8}', headers });
    expect(first).toMatchObject({ status: 202, body: { execution_id: expect.stringMatching(/^exec_/) } });
    expect(await stage.until(first.body.execution_id, 'completed')).toMatchObject({
      trigger: 'webhook',
      output: { order: 8 },
    });
    expect(await deliver({ path, secret, body: '{"order":8}', headers })).toMatchObject({ status: 409 });
  });

  test('an old secret, a wrong signature and a hook that is not there are answered alike', async () => {
    const { secret, path } = (await stage.ask('POST /api/workflows/triggered/hooks/orders/rotate')).body;
    const said = [
      await deliver({ path, secret: 'whsec_of-somebody-else' }),
      await deliver({ path, secret, headers: { 'x-weir-signature': 'nonsense' } }),
      await deliver({ path: path.replace('orders', 'nobody'), secret }),
      await deliver({ path: path.replace(/wf_\w+/, 'wf_nobody'), secret }),
    ];
    expect(said.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(new Set(said.map(({ body }) => body.error.message)).size).toBe(1);
  });

  test('that are wrong keep the document from being stored', async () => {
    const triggers = [{ type: 'cron', cron: '61 * * * *' }];
    const { status, body } = await stage.ask('POST /api/workflows', document({ name: 'wrong', triggers }));
    expect([status, body.error.details.problems[0].pointer]).toEqual([400, '/triggers/0/cron']);
  });
});
