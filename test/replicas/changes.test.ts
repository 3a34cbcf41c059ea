import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pause } from '../../server/src/simulator/pacing.ts';
import { type Simulator, startSimulator } from '../../server/src/simulator/server.ts';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { startReplica, startReplicas, TEST_MASTER_KEY } from '../support/replicas.ts';
import type { RunningWeir } from '../support/weir.ts';

const WITHIN_MS = 1000;
const NEVER = new AbortController().signal;

requires('postgres')('replicas on one PostgreSQL', () => {
  let postgres: Postgres;
  let simulator: Simulator;
  let url: string;
  let first: RunningWeir;
  let second: RunningWeir;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    [postgres, simulator] = await Promise.all([startPostgres(), startSimulator()]);
    const config = JSON.stringify({
      providers: { openai: { api_key: 'sk-first', base_url: `${simulator.url}/v1` } },
    });
    const started = await startReplicas(postgres, { count: 2, config });
    ({ url, stop } = started);
    [first, second] = started.replicas as [RunningWeir, RunningWeir];
  }, 60_000);
  afterAll(async () => {
    await stop();
    await Promise.all([simulator.close(), postgres.remove()]);
  });

  const as = (key: string) => ({ authorization: `Bearer ${key}` });
  const statusOn = async (weir: RunningWeir, key: string) =>
    (await weir.api('GET /v1/models', undefined, as(key))).status;

  /** Milliseconds until the condition holds. */
  async function until(holds: () => Promise<boolean>): Promise<number> {
    const startedMono = performance.now();
    while (!(await holds())) {
      if (performance.now() - startedMono > 10_000) throw new Error('not within 10 s');
      await pause(10, NEVER);
    }
    return performance.now() - startedMono;
  }

  async function keyOn(weir: RunningWeir): Promise<{ id: string; key: string }> {
    return (await weir.api('POST /api/v1/keys', { name: 'test' })).json;
  }

  describe('what one changes', () => {
    test('a new key works on the other one within a second, and a revoked one no longer does', async () => {
      const { id, key } = await keyOn(first);
      expect(await until(async () => (await statusOn(second, key)) === 200)).toBeLessThan(WITHIN_MS);
      await first.api(`DELETE /api/v1/keys/${id}`);
      expect(await until(async () => (await statusOn(second, key)) === 401)).toBeLessThan(WITHIN_MS);
      expect(await statusOn(first, key)).toBe(401);
    });

    test('F52: a revoked key is refused everywhere within a second also when no notification arrives', async () => {
      const { id, key } = await keyOn(first);
      await until(async () => (await statusOn(second, key)) === 200);
      await cutListeners(url);
      await first.api(`DELETE /api/v1/keys/${id}`);
      expect(await until(async () => (await statusOn(second, key)) === 401)).toBeLessThan(WITHIN_MS);
    });

    test('projects, routes and credentials are there for the other one', async () => {
      const project = (await first.api('POST /api/v1/projects', { name: 'shared' })).json;
      const isThere = async () =>
        (await second.api('POST /api/v1/keys', { name: 'x', project_id: project.id })).status === 201;
      expect(await until(isThere)).toBeLessThan(WITHIN_MS);
      await first.api('PUT /api/v1/routes', { name: 'quick', targets: ['openai/gpt-4o-mini'] });
      const routes = async () => JSON.stringify((await second.api('GET /api/v1/routes')).json);
      expect(await until(async () => (await routes()).includes('quick'))).toBeLessThan(WITHIN_MS);
      await first.api('POST /api/v1/credentials', { provider: 'openai', secret: 'sk-stored-0001', scope: 'server' });
      const credentials = async () => JSON.stringify((await second.api('GET /api/v1/credentials')).json);
      expect(await until(async () => (await credentials()).includes('0001'))).toBeLessThan(WITHIN_MS);
    });

    test('a prompt that is promoted is live on the other one within a second', async () => {
      const name = 'team%2Flive';
      for (const content of ['one', 'two']) {
        await first.api('POST /api/v1/prompts', { name: 'team/live', messages: [{ role: 'user', content }] });
      }
      const said = async () =>
        (await second.api(`POST /api/v1/prompts/${name}/render`, {})).json.messages?.[0].content as string | undefined;
      for (const [version, content] of [
        [1, 'one'],
        [2, 'two'],
        [1, 'one'],
      ] as const) {
        await said();
        await first.api(`PUT /api/v1/prompts/${name}/labels/production`, { version });
        expect(await until(async () => (await said()) === content)).toBeLessThan(WITHIN_MS);
      }
      const prompts = (await second.api('GET /api/v1/prompts')).json.data as { name: string }[];
      expect(prompts.filter((each) => each.name.startsWith('tutor/'))).toHaveLength(7);
    });

    test('the audit log stays one chain', async () => {
      await Promise.all(
        Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? first : second).api('POST /api/v1/keys', { name: 'k' })),
      );
      const { json } = await second.api('GET /api/v1/audit/verify');
      expect(json).toMatchObject({ broken_at: null });
      expect(json.rows).toBeGreaterThan(20);
    });
  });

  test('calls of one are in the reports and records of the other', async () => {
    const reply = await first.api('POST /v1/chat/completions', {
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'hello' }],
    });
    expect(reply.status).toBe(200);
    const id = reply.headers.get('x-request-id') ?? '';
    expect((await first.api('GET /api/v1/usage/records?limit=5')).text).toContain(id);
    expect((await second.api('GET /api/v1/usage/records?limit=5')).text).toContain(id);
  });

  test('F49: one of a hundred calls with the same Idempotency-Key runs, wherever they arrive', async () => {
    const before = simulator.journal.entries.length;
    const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'only once' }] };
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, at) =>
        (at % 2 === 0 ? first : second).api('POST /v1/chat/completions', body, {
          ...as(first.adminKey),
          'idempotency-key': 'the-same',
        }),
      ),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect(simulator.journal.entries.length - before).toBe(1);
    const replay = await second.api('POST /v1/chat/completions', body, {
      ...as(first.adminKey),
      'idempotency-key': 'the-same',
    });
    expect(replay.status).toBe(200);
    expect(simulator.journal.entries.length - before).toBe(1);
  });

  test('a replica without the master key, or with another one, does not start and names the setting', async () => {
    await expect(startReplica(url, { env: { WEIR_MASTER_KEY: '' } })).rejects.toThrow(/WEIR_MASTER_KEY is not set/);
    const other = Buffer.alloc(32, 8).toString('base64');
    await expect(startReplica(url, { env: { WEIR_MASTER_KEY: other } })).rejects.toThrow(
      /WEIR_MASTER_KEY is not the master key of this database/,
    );
    expect(other).not.toBe(TEST_MASTER_KEY);
  });
});

/** Ends the sessions that listen, again and again would be needed to keep them away: they come back after two seconds. */
async function cutListeners(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'`);
  await client.end();
}
