import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { compareDatabases } from '../../server/src/storage/copy/compare-databases.ts';
import { copyDatabase } from '../../server/src/storage/copy/copy-database.ts';
import { connectPostgres, migratePostgres } from '../../server/src/storage/postgres/open-database.ts';
import { connectSqlite } from '../../server/src/storage/sqlite/connect.ts';
import { openSqliteLedger } from '../../server/src/storage/sqlite/open-ledger.ts';
import { Scene } from '../chaos/support/scene.ts';
import { settled } from '../contracts/ledger-records.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { startReplica } from '../support/replicas.ts';
import { runWeir } from '../support/run-weir.ts';

requires('postgres')('weir db copy', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());

  test('moves a used data directory to PostgreSQL, where everything is as it was', async () => {
    const scene = await Scene.start();
    onTestFinished(() => scene.close());
    const { weir } = scene;
    const key = await weir.key({ name: 'app', models: ['openai/gpt-4o'] });
    await weir.api('PUT /api/v1/routes', { name: 'quick', targets: ['openai/gpt-4o'] });
    await weir.api('POST /api/v1/credentials', { provider: 'openai', secret: 'sk-stored-0001', scope: 'server' });
    for (let at = 0; at < 5; at++) {
      const headers = { authorization: `Bearer ${key}`, 'x-weir-tags': 'team=a', 'x-user-id': `user ${at}` };
      await scene.chat({ model: 'openai/gpt-4o', stream: at % 2 === 0, headers });
    }
    const records = await scene.records();
    const report = (await weir.api('GET /api/v1/usage/report?group_by=user&from=0&to=4102444800000')).json;
    const refused = await runWeir(['db', 'copy', '--to', await postgres.database(), '--data-dir', weir.dataDir]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`process ${weir.pid}`) });
    // Killed, so that the last calls are in the spool only.
    await weir.kill9();

    const url = await postgres.database();
    const done = await runWeir(['db', 'copy', '--to', url, '--data-dir', weir.dataDir]);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toMatch(/^usage_records +5 rows {2}the same$/m);
    expect(done.stdout).toContain(join(weir.dataDir, 'master.key'));
    const again = await runWeir(['db', 'copy', '--to', url, '--data-dir', weir.dataDir, '--json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout).tables).toContainEqual({ table: 'usage_records', rows: 5, differences: [] });

    const masterKey = readFileSync(join(weir.dataDir, 'master.key'), 'utf8').trim();
    const openai = { api_key: 'sk-first', base_url: `${scene.simulator.url}/v1` };
    const config = JSON.stringify({ providers: { openai } });
    const replica = await startReplica(url, { config, env: { WEIR_MASTER_KEY: masterKey } });
    onTestFinished(() => replica.stop());
    expect((await replica.api('GET /api/v1/usage/records')).json.data).toEqual(records);
    expect((await replica.api('GET /api/v1/usage/report?group_by=user&from=0&to=4102444800000')).json).toEqual(report);
    const authorization = { authorization: `Bearer ${key}` };
    expect((await replica.api('GET /v1/models', undefined, authorization)).status).toBe(200);
    expect((await replica.api('GET /api/v1/routes')).text).toContain('quick');
    expect((await replica.api('GET /api/v1/credentials')).json.data).toMatchObject([{ last4: '0001', usable: true }]);
    expect((await replica.api('GET /api/v1/audit/verify')).json.broken_at).toBeNull();
  }, 60_000);

  test('goes on where it was interrupted, and the sums are exact however often that happens', async () => {
    const { source, close } = await filledSqlite(3000);
    const url = await postgres.database();
    await migratePostgres({ url, clock: systemClock });
    const target = connectPostgres({ url, clock: systemClock, statementMs: undefined });
    let batches = 0;
    for (let runs = 0; ; runs++) {
      const copying = copyDatabase({
        from: source,
        to: target.db,
        source: 'home',
        progress() {
          if (++batches % 2 === 0) throw new Error('killed');
        },
      });
      const outcome = await copying.then(() => 'done').catch((error) => error.message);
      if (outcome === 'done') {
        expect(runs).toBeGreaterThan(3);
        break;
      }
      expect(outcome).toBe('killed');
    }
    const compared = await compareDatabases(source, target.db);
    expect(compared.flatMap(({ differences }) => differences)).toEqual([]);
    expect(compared.find(({ table }) => table === 'usage_records')?.rows).toBe(3000);
    await target.db.deleteFrom('usage_tags').where('request_id', '=', 'req_1').execute();
    await target.db.updateTable('usage_daily').set({ cost_nano: 1 }).execute();
    const wrong = await compareDatabases(source, target.db);
    expect(wrong.find(({ table }) => table === 'usage_tags')?.differences).toEqual(['3000 rows here, 2999 there']);
    expect(wrong.find(({ table }) => table === 'usage_daily')?.differences.join()).toMatch(/cost_nano adds up/);
    await target.close();
    await close();
  }, 60_000);

  test('refuses a database that is in use, and that of another source', async () => {
    const { source, close } = await filledSqlite(1);
    const url = await postgres.database();
    await migratePostgres({ url, clock: systemClock });
    const target = connectPostgres({ url, clock: systemClock, statementMs: undefined });
    await target.db.insertInto('projects').values({ id: 'p', name: 'p', created_at: 1 }).execute();
    const copyFrom = (name: string) => copyDatabase({ from: source, to: target.db, source: name });
    await expect(copyFrom('home')).rejects.toMatchObject({
      message: expect.stringContaining('table projects has rows'),
    });
    await target.db.deleteFrom('projects').execute();
    await copyFrom('home');
    await expect(copyFrom('other')).rejects.toMatchObject({
      message: expect.stringContaining('another data directory'),
    });
    await target.close();
    await close();
  });
});

async function filledSqlite(records: number) {
  const dataDir = mkdtempSync(join(tmpdir(), 'copy-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const file = join(dataDir, 'weir.db');
  const ledger = await openSqliteLedger({
    dataDir,
    file,
    durability: 'process',
    clock: systemClock,
    processEpoch: 'copy',
  });
  const costs = [Number.MAX_SAFE_INTEGER, 1];
  await Promise.all(
    Array.from({ length: records }, (_, at) =>
      ledger.settle(
        settled(`req_${at}`, { tags: { at: String(at) }, cost_nano_usd: costs[at] ?? 7, user_id: `a\0${at % 3}` }),
      ),
    ),
  );
  await ledger.close();
  const { db, close } = await connectSqlite({ file, nowMs: 0 });
  return { source: db, close };
}
