import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../../test/contracts/manual-clock.ts';
import { RUN } from '../../../../../test/contracts/workflow-store.contract.ts';
import { temporaryStorage } from '../../../../../test/support/temporary-storage.ts';
import { isWeirError, WeirError } from '../../../kernel/errors.ts';
import { MINUTE_MS } from '../../../kernel/time.ts';
import type { Trigger } from '../flow.ts';
import { type TriggeredRun, Triggers } from './triggers.ts';
import { signWebhook } from './webhook-signature.ts';

const WORKFLOW = { id: 'wf_1', projectId: 'project_1' };
const HOURLY: Trigger = { type: 'cron', cron: '0 * * * *', timeZone: 'UTC', input: { from: 'cron' } };
const HOOK: Trigger = { type: 'webhook', name: 'orders' };
/** Stands for encryption: what is stored is not the secret, and belongs to the project. */
const SEAL = {
  seal: (projectId: string, plain: string) => Buffer.from(`${projectId} ${plain}`).toString('base64'),
  open: (projectId: string, sealed: string) =>
    Buffer.from(sealed, 'base64')
      .toString()
      .slice(projectId.length + 1),
};

/** Two processes that look at the same triggers; starting a run is a row in the database, as it is in the product. */
async function twoProcesses() {
  const clock = new ManualClock();
  const { storage } = await temporaryStorage(clock);
  const started: TriggeredRun[] = [];
  const reported: unknown[] = [];
  const failing = { with: undefined as WeirError | undefined };
  const start = async (run: TriggeredRun) => {
    if (failing.with !== undefined) throw failing.with;
    const id = `exec_${started.length + 1}`;
    try {
      await storage.workflows.runs.insert({ ...RUN, id, dedupe_key: run.dedupeKey });
    } catch (error) {
      if (isWeirError(error) && error.code === 'conflict') return undefined;
      throw error;
    }
    started.push(run);
    return id;
  };
  const make = () =>
    new Triggers({
      ...{ store: storage.workflows.triggers, seal: SEAL, clock, start },
      report: (_row, error) => reported.push(error),
    });
  return { clock, storage, started, reported, failing, here: make(), there: make() };
}

const set = (triggers: Triggers, list: readonly Trigger[], keyId = 'key_1') =>
  triggers.replace(WORKFLOW, { triggers: list, keyId });

describe('a cron trigger', () => {
  test('starts one run at its time, however many processes look', async () => {
    const { clock, started, here, there } = await twoProcesses();
    await set(here, [HOURLY]);
    await Promise.all([here.fireDue(), there.fireDue()]);
    expect(started).toEqual([]);
    clock.advance(60 * MINUTE_MS);
    await Promise.all([here.fireDue(), there.fireDue()]);
    await there.fireDue();
    expect(started).toMatchObject([
      { workflowId: 'wf_1', projectId: 'project_1', keyId: 'key_1', trigger: 'cron', input: { from: 'cron' } },
    ]);
  });

  test('that nobody looked at for a day fires once, then at its next time', async () => {
    const { clock, started, here } = await twoProcesses();
    await set(here, [HOURLY]);
    clock.advance(24 * 60 * MINUTE_MS + MINUTE_MS);
    await here.fireDue();
    await here.fireDue();
    expect(started.length).toBe(1);
    clock.advance(58 * MINUTE_MS);
    await here.fireDue();
    expect(started.length).toBe(1);
    clock.advance(MINUTE_MS);
    await here.fireDue();
    expect(started.length).toBe(2);
  });

  test('fires again after a crash between the run and its next time only what was not started', async () => {
    const { clock, storage, started, here } = await twoProcesses();
    await set(here, [HOURLY]);
    const [before] = await storage.workflows.triggers.all('wf_1');
    clock.advance(60 * MINUTE_MS);
    await here.fireDue();
    await storage.workflows.triggers.put('wf_1', [before as NonNullable<typeof before>]);
    await here.fireDue();
    expect(started.length).toBe(1);
    expect((await here.all('wf_1'))[0]?.nextAtMs).toBe(clock.now() + 60 * MINUTE_MS);
  });

  test('whose run cannot start goes on to its next time and says so; a database that is away is tried again', async () => {
    const { clock, started, reported, failing, here } = await twoProcesses();
    await set(here, [HOURLY]);
    clock.advance(60 * MINUTE_MS);
    failing.with = new WeirError('store.unavailable');
    await expect(here.fireDue()).rejects.toThrow('data store');
    failing.with = new WeirError('auth.invalid');
    await here.fireDue();
    expect(reported).toEqual([failing.with]);
    failing.with = undefined;
    await here.fireDue();
    expect(started).toEqual([]);
    clock.advance(60 * MINUTE_MS);
    await here.fireDue();
    expect(started.length).toBe(1);
  });

  test('keeps its turn when another version of the workflow has the same line, and loses it with the line', async () => {
    const { clock, started, here } = await twoProcesses();
    await set(here, [HOURLY]);
    clock.advance(60 * MINUTE_MS);
    await set(here, [{ ...HOURLY, input: 'newer' }], 'key_2');
    await here.fireDue();
    expect(started).toMatchObject([{ input: 'newer', keyId: 'key_2' }]);
    await set(here, [{ ...HOURLY, cron: '30 * * * *' }]);
    expect((await here.all('wf_1'))[0]?.nextAtMs).toBe(clock.now() + 30 * MINUTE_MS);
    await set(here, []);
    clock.advance(24 * 60 * MINUTE_MS);
    await here.fireDue();
    expect(started.length).toBe(1);
  });

  test('is looked at every second from begin to stop', async () => {
    const { clock, started, here } = await twoProcesses();
    await set(here, [HOURLY]);
    here.begin();
    clock.advance(60 * MINUTE_MS);
    await expect.poll(() => started.length).toBe(1);
    await here.stop();
    clock.advance(60 * MINUTE_MS);
    await here.stop();
    expect(started.length).toBe(1);
  });
});

describe('a webhook', () => {
  async function withHook() {
    const all = await twoProcesses();
    const [shown] = await set(all.here, [HOOK]);
    const secret = shown?.secret ?? '';
    const deliver = (
      of: { body?: string; secret?: string; name?: string; workflowId?: string; ageMs?: number } = {},
    ) => {
      const body = Buffer.from(of.body ?? '{"order":7}');
      const signature = signWebhook(of.secret ?? secret, { body, atMs: all.clock.now() - (of.ageMs ?? 0) });
      const { workflowId = 'wf_1', name = 'orders' } = of;
      return all.there.deliver({ workflowId, name, signature, body });
    };
    return { ...all, secret, deliver };
  }

  test('starts a run with its body as the input', async () => {
    const { deliver, started } = await withHook();
    expect(await deliver()).toEqual({ executionId: 'exec_1' });
    await deliver({ body: 'no json' });
    await deliver({ body: '' });
    expect(started.map(({ input }) => input)).toEqual([{ order: 7 }, 'no json', {}]);
    expect(started[0]).toMatchObject({ trigger: 'webhook', keyId: 'key_1', projectId: 'project_1' });
  });

  test('takes each delivery once', async () => {
    const { deliver, started, clock } = await withHook();
    await deliver();
    await expect(deliver()).rejects.toMatchObject({ code: 'conflict' });
    clock.advance(1000);
    await deliver();
    expect(started.length).toBe(2);
  });

  test('answers a wrong signature, an old one and a name that is not there alike', async () => {
    const { deliver, started, here } = await withHook();
    await set(here, [HOOK, HOURLY]);
    const wrong = [
      { secret: 'other' },
      { ageMs: 6 * MINUTE_MS },
      { name: 'nobody' },
      { workflowId: 'wf_2' },
      { name: 'cron-2' },
    ];
    const said = await Promise.all(
      wrong.map((of) => deliver(of).catch((error: WeirError) => [error.code, error.message])),
    );
    expect(new Set(said.map(String)).size).toBe(1);
    expect(said[0]?.[0 as never]).toBe('resource.not_found');
    expect(started).toEqual([]);
  });

  test('shows its secret once, keeps it sealed and over versions, and can get another', async () => {
    const { deliver, storage, here, secret } = await withHook();
    expect(secret).toMatch(/^whsec_[\w-]{43}$/);
    expect(JSON.stringify(await storage.workflows.triggers.all('wf_1'))).not.toContain(secret);
    expect(await set(here, [HOOK])).toEqual([]);
    await deliver({ body: '1' });
    const rotated = await here.rotate('wf_1', 'orders');
    expect(rotated).toMatchObject({ name: 'orders', secret: expect.not.stringContaining(secret) });
    await expect(deliver({ body: '2' })).rejects.toMatchObject({ code: 'resource.not_found' });
    await deliver({ body: '2', secret: rotated?.secret ?? '' });
    expect(await here.rotate('wf_1', 'nobody')).toBeUndefined();
    expect(await here.rotate('wf_2', 'orders')).toBeUndefined();
  });
});
