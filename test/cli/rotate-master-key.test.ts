import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { startReplica, TEST_MASTER_KEY } from '../support/replicas.ts';
import { runWeir } from '../support/run-weir.ts';
import { type RunningWeir, startWeir } from '../support/weir.ts';

const NEW_KEY = Buffer.alloc(32, 9).toString('base64');
const COMMAND = ['credentials', 'rotate-master-key', '--json'];

async function storeCredential(weir: RunningWeir): Promise<void> {
  const body = { provider: 'openai', secret: 'sk-stored-0001', scope: 'server' };
  expect((await weir.api('POST /api/v1/credentials', body)).status).toBe(201);
}

async function usable(weir: RunningWeir): Promise<unknown> {
  return (await weir.api('GET /api/v1/credentials')).json.data.map((row: { usable: boolean }) => row.usable);
}

test('gives a data directory a new key file, and everything stored is readable with it', async () => {
  const weir = await startWeir();
  await storeCredential(weir);
  const file = join(weir.dataDir, 'master.key');
  const before = readFileSync(file, 'utf8');
  const running = await runWeir([...COMMAND, '--data-dir', weir.dataDir]);
  expect(running).toMatchObject({ code: 2, stderr: expect.stringContaining(`process ${weir.pid}`) });
  await weir.stop();
  const done = await runWeir([...COMMAND, '--data-dir', weir.dataDir]);
  expect(done.code).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ credentials: 1 });
  expect(readFileSync(file, 'utf8')).not.toBe(before);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(existsSync(`${file}.new`)).toBe(false);
  const again = await startWeir({ dataDir: weir.dataDir });
  onTestFinished(() => again.stop());
  expect(await usable(again)).toEqual([true]);
});

test('finishes what was interrupted with the key that was begun with, and takes no text that is no key', async () => {
  const weir = await startWeir();
  await storeCredential(weir);
  await weir.stop();
  const refused = await runWeir([...COMMAND, '--data-dir', weir.dataDir], { env: { WEIR_NEW_MASTER_KEY: 'short' } });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('WEIR_NEW_MASTER_KEY must be 32') });
  const file = join(weir.dataDir, 'master.key');
  expect(existsSync(`${file}.new`)).toBe(false);
  writeFileSync(`${file}.new`, `${NEW_KEY}\n`, { mode: 0o600 });
  expect((await runWeir([...COMMAND, '--data-dir', weir.dataDir])).code).toBe(0);
  expect(readFileSync(file, 'utf8').trim()).toBe(NEW_KEY);
  const again = await startWeir({ dataDir: weir.dataDir });
  onTestFinished(() => again.stop());
  expect(await usable(again)).toEqual([true]);
});

requires('postgres')('rotating on PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());

  test('waits until no replica runs; then only the new key starts one', async () => {
    const url = await postgres.database();
    const env = { DATABASE_URL: url, WEIR_MASTER_KEY: TEST_MASTER_KEY, WEIR_NEW_MASTER_KEY: NEW_KEY };
    const replica = await startReplica(url);
    await storeCredential(replica);
    const refused = await runWeir(COMMAND, { env });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('1 of the replicas') });
    await replica.stop();
    const done = await runWeir(COMMAND, { env });
    expect(done).toMatchObject({ code: 0 });
    await expect(startReplica(url)).rejects.toThrow(/WEIR_MASTER_KEY is not the master key of this database/);
    const next = await startReplica(url, { env: { WEIR_MASTER_KEY: NEW_KEY } });
    onTestFinished(() => next.stop());
    expect(await usable(next)).toEqual([true]);
  });
});
