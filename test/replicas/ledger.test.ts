import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { readRecord } from '../../server/src/storage/ledger/read-record.ts';
import type { SpooledLedger } from '../../server/src/storage/ledger.ts';
import { connectPostgres } from '../../server/src/storage/postgres/open-database.ts';
import { openPostgresStorage } from '../../server/src/storage/postgres/open-storage.ts';
import { PostgresReplicas } from '../../server/src/storage/postgres/replicas.ts';
import { intended, settled } from '../contracts/ledger-records.ts';
import { allRecords, expectedReport } from '../contracts/ledger-sums.ts';
import { ManualClock } from '../contracts/manual-clock.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { openReplicaLedger } from '../support/postgres-ledger.ts';

const EVERYTHING = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, groupBy: [] };

requires('postgres')('ledgers of several replicas', () => {
  let server: Postgres;
  let url: string;
  let directories: string[];
  let opened: SpooledLedger[];
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());
  beforeEach(async () => {
    url = await server.database();
    directories = [];
    opened = [];
  });
  afterEach(async () => {
    for (const ledger of opened) await ledger.close();
    for (const directory of directories) rmSync(directory, { recursive: true });
  });

  async function open(options: Partial<Parameters<typeof openReplicaLedger>[0]> = {}): Promise<SpooledLedger> {
    const dataDir = options.dataDir ?? newDirectory();
    const ledger = await openReplicaLedger({ url, dataDir, durability: 'process', clock: systemClock, ...options });
    opened.push(ledger);
    await ledger.recovered;
    return ledger;
  }

  function newDirectory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'ledger-'));
    directories.push(directory);
    return directory;
  }

  test('many that add to the same sums at the same time lose nothing and never block each other for good', async () => {
    const ledgers = await Promise.all(Array.from({ length: 4 }, () => open()));
    const records = Array.from({ length: 2000 }, (_, index) =>
      settled(`req_${index}`, { model: `model-${index % 7}`, user_id: `user-${(index * 13) % 11}` }),
    );
    await Promise.all(records.map((record, index) => ledgers[index % 4]?.settle(record)));
    await Promise.all(ledgers.map((ledger) => ledger.report(EVERYTHING)));
    const [first] = ledgers as [SpooledLedger];
    for (const groupBy of [['model'], ['user', 'hour']] as const) {
      const query = { ...EVERYTHING, groupBy };
      expect(await first.report(query)).toEqual(expectedReport(records, query));
    }
    expect(await allRecords(first)).toHaveLength(2000);
  });

  test('a new process leaves the open calls of other data directories alone', async () => {
    const working = await open();
    await working.intend(intended('req_open'));
    await working.report(EVERYTHING);
    const other = await open();
    expect((await other.recovered).settledCalls).toBe(0);
    await working.settle(settled('req_open'));
    await working.report(EVERYTHING);
    expect(await allRecords(other)).toEqual([settled('req_open')]);
  });

  test('calls of a replica that stays silent are settled by estimate, and by the truth when it is heard again', async () => {
    const clock = new ManualClock();
    // Its clock stands still, so that it gives no sign of life.
    const silent = await open({ clock: new ManualClock() });
    await silent.intend(intended('req_1'));
    await silent.intend(intended('req_2'));
    await silent.report(EVERYTHING);
    await silence(url);
    const other = await open({ clock });
    clock.advance(30_000);
    await expect.poll(async () => (await allRecords(other)).length, { timeout: 10_000 }).toBe(2);
    expect((await other.report(EVERYTHING))[0]).toMatchObject({ calls: 2, estimated: 2, costNano: 2000n });
    await silent.settle(settled('req_1', { tags: { team: 'a' } }));
    await silent.report(EVERYTHING);
    const records = await allRecords(other);
    expect(records.find(({ request_id }) => request_id === 'req_1')).toEqual(settled('req_1', { tags: { team: 'a' } }));
    expect(records).toHaveLength(2);
    for (const groupBy of [['hour'], ['day', 'model'], ['tag']] as const) {
      const query = { ...EVERYTHING, groupBy };
      expect(await other.report(query)).toEqual(expectedReport(records, query));
    }
    // Heard again, and the estimate given up: what it says a second time changes nothing.
    await silent.settle(settled('req_1', { cost_nano_usd: 5 }));
    await silent.report(EVERYTHING);
    expect(await allRecords(other)).toEqual(records);
  });

  test('a record is noted for an analytics sink once, with its insertion, when there is one', async () => {
    const ledger = await open({ outbox: true });
    await Promise.all(['req_1', 'req_2'].map((id) => ledger.settle(settled(id))));
    await ledger.report(EVERYTHING);
    const storage = await openPostgresStorage({ url, clock: systemClock });
    const waiting = await storage.outbox.take(10);
    expect(waiting.map(({ record }) => readRecord(record ?? ''))).toEqual([settled('req_1'), settled('req_2')]);
    expect(await storage.outbox.forgetOldest(1)).toBe(1);
    await storage.outbox.done(['req_2']);
    await ledger.settle(settled('req_2'));
    await ledger.report(EVERYTHING);
    expect(await storage.outbox.size()).toBe(0);
    await storage.close();
  });

  test('each knows how many live, and a killed one stops to count', async () => {
    const { db, close } = connectPostgres({ url, clock: systemClock, statementMs: undefined });
    await (await open()).report(EVERYTHING);
    const clock = new ManualClock();
    const watching = await PostgresReplicas.join({ db, clock, epoch: 'watching', home: 'a' });
    expect(watching.live()).toBe(2);
    // The ledger's own replica came first.
    expect(watching.isFirst()).toBe(false);
    expect(await watching.names()).toEqual(expect.arrayContaining(['watching']));
    expect(await watching.names()).toHaveLength(2);
    const seen: number[] = [];
    watching.onChange((live) => seen.push(live));
    const third = await PostgresReplicas.join({ db, clock: systemClock, epoch: 'third', home: 'b' });
    clock.advance(2000);
    await expect.poll(() => watching.live()).toBe(3);
    await third.leave();
    await db.updateTable('replicas').set({ seen_at: 0 }).where('epoch', '<>', 'watching').execute();
    clock.advance(2000);
    await expect.poll(() => watching.live()).toBe(1);
    expect(seen).toEqual([3, 1]);
    expect(watching.isFirst()).toBe(true);
    await watching.leave();
    await close();
  });
});

/** As if no replica had been heard of for an hour. */
async function silence(url: string): Promise<void> {
  const { db, close } = connectPostgres({ url, clock: systemClock, statementMs: undefined });
  await db
    .updateTable('replicas')
    .set(({ eb }) => ({ seen_at: eb('seen_at', '-', 3_600_000) }))
    .execute();
  await close();
}
