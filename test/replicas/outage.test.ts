import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startCommitCutter } from '../chaos/support/commit-cutter.ts';
import { Scene } from '../chaos/support/scene.ts';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { TEST_MASTER_KEY } from '../support/replicas.ts';

const CALLS = 20;

requires('postgres')('F44: PostgreSQL in trouble', () => {
  let postgres: Postgres;
  let scene: Scene | undefined;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());
  beforeEach(() => {
    scene = undefined;
  });
  afterEach(async () => {
    await scene?.close();
  });

  async function startScene(of: { url?: string; config?: Record<string, object> } = {}): Promise<Scene> {
    const url = of.url ?? (await postgres.database());
    scene = await Scene.start({
      env: { DATABASE_URL: url, WEIR_MASTER_KEY: TEST_MASTER_KEY },
      ...(of.config === undefined ? {} : { config: of.config }),
    });
    return scene;
  }

  /** Request ids of calls that all got their whole reply. */
  async function callAll(on: Scene): Promise<string[]> {
    const answers = await Promise.all(
      Array.from({ length: CALLS }, (_, at) => on.chat({ model: 'openai/gpt-4o', stream: at % 2 === 0 })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    return answers.map(({ requestId }) => requestId);
  }

  async function expectRecorded(on: Scene, ids: readonly string[]): Promise<void> {
    await expect
      .poll(() => on.weir.api('GET /api/v1/usage/records?limit=1').then(({ status }) => status), WAIT)
      .toBe(200);
    const records = await on.records();
    expect(records.map(({ request_id }) => request_id).sort()).toEqual([...ids].sort());
    const report = (await on.weir.api('GET /api/v1/usage/report')).json;
    expect(report.request_count).toBe(ids.length);
  }

  const WAIT = { timeout: 20_000, interval: 100 };

  describe.each([
    ['gone', (server: Postgres) => server.end('crash'), (server: Postgres) => server.start()],
    ['frozen', async (server: Postgres) => server.freeze(), async (server: Postgres) => server.thaw()],
  ])('while it is %s', (_, spoil, mend) => {
    test('calls go on with keys from memory, reads and changes say 503, and nothing is lost', async () => {
      const on = await startScene();
      const before = await callAll(on);
      await spoil(postgres);
      try {
        const during = await callAll(on);
        const reads = await Promise.all([
          on.weir.api('GET /api/v1/usage/records'),
          on.weir.api('GET /api/v1/usage/report'),
          on.weir.api('POST /api/v1/keys', { name: 'x' }),
        ]);
        expect(reads.map(({ status, json }) => [status, json.error.code])).toEqual(
          reads.map(() => [503, 'store.unavailable']),
        );
        const health = await on.weir.api('GET /healthz');
        expect([health.status, health.json.status, health.json.components.database]).toEqual([
          200,
          'degraded',
          'unhealthy',
        ]);
        expect((await on.weir.api('GET /readyz')).status).toBe(200);
        // A process that dies meanwhile leaves its calls in its spool.
        await mend(postgres);
        await expectRecorded(on, [...before, ...during]);
        await expect.poll(() => on.weir.api('GET /healthz').then(({ json }) => json.status), WAIT).toBe('healthy');
        expect((await on.weir.api('POST /api/v1/keys', { name: 'x' })).status).toBe(201);
      } finally {
        await mend(postgres).catch(() => {});
      }
    }, 90_000);
  });

  test('a process killed while it is gone leaves its calls to the next one on its data directory', async () => {
    const on = await startScene();
    await postgres.end('crash');
    const ids = await callAll(on);
    await on.weir.kill9();
    await postgres.start();
    await on.restart();
    await expectRecorded(on, ids);
  }, 60_000);

  test('keys from memory are taken for as long as is configured, then calls are refused by name', async () => {
    const on = await startScene({ config: { database: { keys_without_database_ms: 1500 } } });
    await postgres.end('crash');
    try {
      expect((await on.chat({ model: 'openai/gpt-4o' })).status).toBe(200);
      const status = async () => (await on.chat({ model: 'openai/gpt-4o' })).status;
      await expect.poll(status, WAIT).toBe(503);
      const refused = await on.weir.api('GET /v1/models');
      expect(refused.json.error.message).toContain('database.keys_without_database_ms');
      expect((await on.weir.api('GET /healthz')).status).toBe(503);
    } finally {
      await postgres.start();
    }
    const status = async () => (await on.chat({ model: 'openai/gpt-4o' })).status;
    await expect.poll(status, WAIT).toBe(200);
  }, 60_000);

  test('durability database refuses calls while it is gone, and the refusal is quick', async () => {
    const on = await startScene({ config: { usage: { durability: 'database' } } });
    expect((await on.chat({ model: 'openai/gpt-4o' })).status).toBe(200);
    await postgres.end('crash');
    try {
      const refused = await on.chat({ model: 'openai/gpt-4o' });
      expect(refused.status).toBe(503);
      expect(refused.tookMs).toBeLessThan(15_000);
    } finally {
      await postgres.start();
    }
  }, 60_000);

  test('F45: a commit whose answer is lost counts no call twice', async () => {
    const url = new URL(await postgres.database());
    const cutter = await startCommitCutter(postgres.port);
    url.port = String(cutter.port);
    const on = await startScene({ url: url.href });
    const ids: string[] = [];
    for (let round = 0; round < 5; round++) {
      cutter.cutNext(1);
      ids.push(...(await callAll(on)));
      await expect.poll(() => cutter.cut, WAIT).toBe(round + 1);
    }
    await expectRecorded(on, ids);
    await on.close();
    await cutter.close();
  }, 90_000);
});
