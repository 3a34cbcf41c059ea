import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signWebhook } from '../../server/src/features/workflows/triggers/webhook-signature.ts';
import { type Simulator, startSimulator } from '../../server/src/simulator/server.ts';
import { approval, sampling, set } from '../http/workflows/stage.ts';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { readExecutionEvents, toldBy } from '../support/read-execution-events.ts';
import { startReplica, startReplicas } from '../support/replicas.ts';
import type { RunningWeir } from '../support/weir.ts';
import { approveNext, startRun, storeWorkflow } from '../support/workflow-weir.ts';

const WAIT = { timeout: 20_000 };
/** A model that takes its time, so that a run is in somebody's hands while that one dies. */
const FIRST_TOKEN_MS = 3000;
const LEASE_S = 3;

requires('postgres')('workflows on two replicas of one PostgreSQL', () => {
  let postgres: Postgres;
  let simulator: Simulator;
  let url: string;
  let config: string;
  let first: RunningWeir;
  let second: RunningWeir;
  let database: pg.Client;

  beforeAll(async () => {
    [postgres, simulator] = await Promise.all([
      startPostgres(),
      startSimulator({ latency: { firstTokenMs: FIRST_TOKEN_MS, interTokenMs: 0 } }),
    ]);
    config = JSON.stringify({
      providers: { openai: { api_key: 'sk-first', base_url: `${simulator.url}/v1` } },
      prices: { 'openai/gpt-4o-mini': { input: 1000, output: 1000 } },
      retry: { max_attempts: 0 },
      workflows: { lease_s: LEASE_S },
    });
    const started = await startReplicas(postgres, { count: 2, config });
    url = started.url;
    [first, second] = started.replicas as [RunningWeir, RunningWeir];
    database = new pg.Client(url);
    await database.connect();
  }, 60_000);
  afterAll(async () => {
    await Promise.all([first.stop(), second.stop(), database.end()]);
    await Promise.all([simulator.close(), postgres.remove()]);
  });

  /** Events of a run on a replica; `told` resolves when they have said this. */
  function follow(weir: RunningWeir, of: { run: string; until: string; after?: string }) {
    const { promise: told, resolve } = Promise.withResolvers<void>();
    const over = readExecutionEvents(weir, of.run, {
      ...(of.after === undefined ? {} : { after: of.after }),
      seen: (events) => {
        if (toldBy(events).includes(of.until)) resolve();
      },
    });
    return { told, over };
  }

  async function ownerOf(run: string): Promise<string | null> {
    const { rows } = await database.query('select owner from workflow_executions where id = $1', [run]);
    return rows[0]?.owner ?? null;
  }

  test('events are the same on both, whoever has the run, and go on behind the last one on the other', async () => {
    const steps = [set('a', 1), approval('ask', { message: 'Go?' }), sampling('say', 'hi'), set('z', 2)];
    const run = await startRun(first, (await storeWorkflow(first, { name: 'followed', steps })).id);
    const both = [first, second].map((weir) => follow(weir, { run, until: 'ask waiting' }));
    await Promise.all(both.map(({ told }) => told));
    await approveNext(second, run);
    const [here, there] = await Promise.all(both.map(({ over }) => over));
    for (const read of [here, there]) {
      expect([read?.status, read?.isBroken]).toEqual([200, false]);
      expect(toldBy(read?.events ?? [])).toEqual(
        expect.arrayContaining(['a completed', 'say completed', 'z completed']),
      );
      expect(read?.events.at(-1)?.data.execution).toMatchObject({ status: 'completed' });
      expect(read?.events.at(-1)?.data.execution.cost_usd).toBeGreaterThan(0);
    }
    expect(here?.events.at(-1)).toEqual(there?.events.at(-1));
    const middle = here?.events.find(({ data }) => toldBy([{ id: '', data }]).includes('ask waiting'));
    const rest = await readExecutionEvents(second, run, { after: middle?.id ?? '' });
    expect(toldBy(rest.events)).toContain('z completed');
    expect(toldBy(rest.events)).not.toContain('a completed');
  }, 60_000);

  test('events of a run whose owner is killed go on at the other replica, which takes the run over', async () => {
    const steps = [set('a', 1), sampling('slow', 'take your time'), set('z', 2)];
    const { id } = await storeWorkflow(first, { name: 'taken-over', steps });
    const run = await startRun(first, id);
    await expect.poll(() => ownerOf(run), WAIT).not.toBeNull();
    const owner = (await ownerOf(run)) ?? '';
    const isOfFirst = owner.startsWith(readFileSync(join(first.dataDir, 'home.id'), 'utf8').trim());
    const [dying, other] = isOfFirst ? [first, second] : [second, first];
    const onOther = follow(other, { run, until: 'slow running' });
    const onDying = follow(dying, { run, until: 'slow running' });
    await Promise.all([onOther.told, onDying.told]);
    await dying.kill9();
    expect((await onDying.over).isBroken).toBe(true);
    const { events, isBroken } = await onOther.over;
    expect(isBroken).toBe(false);
    expect(toldBy(events)).toEqual(expect.arrayContaining(['slow completed', 'z completed']));
    expect(await ownerOf(run)).toBeNull();
    const again = await startReplica(url, { config, dataDir: dying.dataDir });
    if (dying === first) first = again;
    else second = again;
  }, 90_000);

  test('a cron line that is due on both fires once each time', async () => {
    const triggers = [{ type: 'cron', cron: '0 0 1 1 *', timeZone: 'UTC', input: { from: 'cron' } }];
    const { id } = await storeWorkflow(first, { name: 'timed', triggers, steps: [set('s', '{{input}}')] });
    const runsOf = async (weir: RunningWeir) => (await weir.api(`GET /api/workflows/${id}/executions`)).json.data;
    const times = 5;
    for (let time = 1; time <= times; time++) {
      await database.query('update workflow_triggers set next_at = $1 where workflow_id = $2', [Date.now() - time, id]);
      await expect.poll(async () => (await runsOf(second)).length, WAIT).toBe(time);
      await expect.poll(() => isMovedOn(id), WAIT).toBe(true);
    }
    const runs = await runsOf(first);
    expect(runs).toHaveLength(times);
    await expect
      .poll(async () => (await runsOf(first)).map(({ status }: { status: string }) => status), WAIT)
      .toEqual(runs.map(() => 'completed'));
    expect(runs.map(({ trigger }: { trigger: string }) => trigger)).toEqual(runs.map(() => 'cron'));
  }, 90_000);

  async function isMovedOn(workflow: string): Promise<boolean> {
    const { rows } = await database.query('select next_at from workflow_triggers where workflow_id = $1', [workflow]);
    return Number(rows[0]?.next_at) > Date.now();
  }

  test('a delivery that reaches both is one run; the secret that one rotates holds on the other', async () => {
    const triggers = [{ type: 'webhook', name: 'orders' }];
    const made = await storeWorkflow(first, { name: 'hooked', triggers, steps: [set('s', '{{input}}')] });
    const hook = made.triggers[0];
    const deliver = (weir: RunningWeir, of: { secret: string; body: string; atMs: number }) =>
      weir.api(`POST ${hook.path}`, of.body, { 'x-weir-signature': signWebhook(of.secret, of) });
    for (const order of [1, 2, 3]) {
      const delivery = { secret: hook.secret, body: JSON.stringify({ order }), atMs: Date.now() };
      const said = await Promise.all([first, second, first, second].map((weir) => deliver(weir, delivery)));
      expect(said.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409]);
    }
    const runs = async () => (await second.api(`GET /api/workflows/${made.id}/executions`)).json.data;
    await expect
      .poll(async () => (await runs()).map(({ status }: { status: string }) => status), WAIT)
      .toEqual(['completed', 'completed', 'completed']);
    const { secret } = (await first.api(`POST ${hook.path}/rotate`)).json;
    const body = '{"order":4}';
    expect((await deliver(second, { secret: hook.secret, body, atMs: Date.now() })).status).toBe(404);
    expect((await deliver(second, { secret, body, atMs: Date.now() })).status).toBe(202);
  }, 60_000);
});
