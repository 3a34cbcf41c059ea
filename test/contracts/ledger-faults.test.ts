import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { randomHex } from '../../server/src/kernel/ids.ts';
import type { SpooledLedger } from '../../server/src/storage/ledger.ts';
import { openSqliteLedger, type SqliteLedgerOptions } from '../../server/src/storage/sqlite/open-ledger.ts';
import { openSqliteStorage } from '../../server/src/storage/sqlite/open-storage.ts';
import { intended, settled } from './ledger-records.ts';
import { allRecords } from './ledger-sums.ts';
import { ManualClock } from './manual-clock.ts';
import { systemClock } from './system-clock.ts';

describe('the ledger in trouble', () => {
  let root: string;
  let dataDir: string;
  let clock: ManualClock;
  const opened: SpooledLedger[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ledger-'));
    dataDir = join(root, 'data');
    clock = new ManualClock();
  });
  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.close();
    rmSync(root, { recursive: true });
  });

  async function open(changes: Partial<SqliteLedgerOptions> = {}): Promise<SpooledLedger> {
    const place = changes.dataDir ?? dataDir;
    const standard = { dataDir, file: join(place, 'weir.db'), durability: 'process', clock } as const;
    const ledger = await openSqliteLedger({ ...standard, processEpoch: randomHex(4), ...changes });
    opened.push(ledger);
    return ledger;
  }

  /** What a disk would hold if this instant were the process' last. */
  function copyAsIfKilled(): { place: string; segment: string } {
    const place = join(root, 'after');
    cpSync(dataDir, place, { recursive: true });
    const [segment = ''] = readdirSync(join(place, 'spool'));
    return { place, segment: join(place, 'spool', segment) };
  }

  async function settleThree(): Promise<void> {
    const ledger = await open();
    for (const id of ['req_1', 'req_2', 'req_3']) await ledger.settle(settled(id));
  }

  test('a record is in the file when its promise resolves, before any timer runs', async () => {
    await settleThree();
    const ledger = await open({ dataDir: copyAsIfKilled().place });
    expect(await ledger.recovered).toEqual({ segments: 1, lines: 3, damagedLines: 0, settledCalls: 0 });
    expect(await allRecords(ledger)).toHaveLength(3);
  });

  test('a torn last line is left out and counted, everything before it is kept', async () => {
    await settleThree();
    const { place, segment } = copyAsIfKilled();
    writeFileSync(segment, readFileSync(segment).subarray(0, -10));
    const ledger = await open({ dataDir: place });
    expect(await ledger.recovered).toMatchObject({ lines: 2, damagedLines: 1 });
    expect((await allRecords(ledger)).map(({ request_id }) => request_id)).toEqual(['req_2', 'req_1']);
  });

  test('a line with a wrong checksum is left out and counted, the lines behind it are kept', async () => {
    await settleThree();
    const { place, segment } = copyAsIfKilled();
    const bytes = readFileSync(segment);
    const middle = bytes.indexOf('req_2');
    bytes.write('req_X', middle);
    writeFileSync(segment, bytes);
    const ledger = await open({ dataDir: place });
    expect(await ledger.recovered).toMatchObject({ lines: 2, damagedLines: 1 });
    expect((await allRecords(ledger)).map(({ request_id }) => request_id)).toEqual(['req_3', 'req_1']);
  });

  test('a file of only garbage, a line without an end and foreign files do no harm', async () => {
    mkdirSync(join(dataDir, 'spool'), { recursive: true });
    writeFileSync(join(dataDir, 'spool', '0000000007-dead.jsonl'), `${'x'.repeat(3_000_000)}\n\n{}\nend`);
    writeFileSync(join(dataDir, 'spool', 'notes.txt'), 'not ours');
    const ledger = await open();
    expect(await ledger.recovered).toEqual({ segments: 1, lines: 0, damagedLines: 4, settledCalls: 0 });
    await ledger.settle(settled('req_1'));
    expect(await allRecords(ledger)).toHaveLength(1);
    expect(readdirSync(join(dataDir, 'spool'))).toContain('notes.txt');
  });

  test('a kill between the commit and the removal of a segment doubles nothing', async () => {
    await settleThree();
    const { place, segment } = copyAsIfKilled();
    const bytes = readFileSync(segment);
    const first = await open({ dataDir: place });
    await allRecords(first);
    await first.close();
    writeFileSync(segment, bytes);
    const again = await open({ dataDir: place });
    expect(await again.recovered).toMatchObject({ segments: 1, lines: 3 });
    expect(await again.report({ fromMs: 0, toMs: clock.now() * 2, groupBy: [] })).toMatchObject([{ calls: 3 }]);
  });

  test('a lagging database shows in the state, and a timer ships without anybody reading', async () => {
    const ledger = await open();
    await ledger.recovered;
    await ledger.settle(settled('req_1'));
    clock.advance(100);
    expect(ledger.state()).toEqual({ unshipped: 1, lagMs: 100, healthy: true, error: null });
    clock.advance(1000);
    await expect.poll(() => ledger.state()).toEqual({ unshipped: 0, lagMs: 0, healthy: true, error: null });
  });

  test('durability database means stored when the promise resolves', async () => {
    const ledger = await open({ durability: 'database' });
    await ledger.settle(settled('req_1'));
    expect(ledger.state().unshipped).toBe(0);
    const database = new DatabaseSync(join(dataDir, 'weir.db'), { readOnly: true });
    expect(database.prepare('select request_id from usage_records').all()).toMatchObject([{ request_id: 'req_1' }]);
    database.close();
  });

  test('durability fsync needs no timer', async () => {
    const ledger = await open({ durability: 'fsync' });
    await Promise.all([ledger.intend(intended('req_1')), ledger.settle(settled('req_1'))]);
    expect(await allRecords(ledger)).toHaveLength(1);
  });

  test('segments rotate and go away once they are stored', async () => {
    const ledger = await open({ segmentBytes: 2000 });
    for (let index = 0; index < 20; index++) await ledger.settle(settled(`req_${index}`));
    expect(readdirSync(join(dataDir, 'spool')).length).toBeGreaterThan(3);
    expect(await allRecords(ledger)).toHaveLength(20);
    expect(readdirSync(join(dataDir, 'spool')).length).toBeLessThanOrEqual(1);
    await ledger.close();
    expect(readdirSync(join(dataDir, 'spool'))).toEqual([]);
  });

  test('a second server on the data directory is refused by process, and may start when the first has ended', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(new RegExp(`process ${process.pid}, started .*data directory`)),
    });
    const reader = await openSqliteStorage({ file: join(dataDir, 'weir.db'), clock });
    await reader.ping();
    await reader.close();
    await first.close();
    await (await open()).settle(settled('req_1'));
  });

  test('an unwritable spool refuses the call, shows in the state, and heals', async () => {
    // Every record opens a new segment, so that the missing folder is noticed.
    const ledger = await open({ segmentBytes: 1 });
    await ledger.recovered;
    await ledger.settle(settled('req_1'));
    renameSync(join(dataDir, 'spool'), join(dataDir, 'elsewhere'));
    await expect(ledger.settle(settled('req_2'))).rejects.toMatchObject({
      code: 'store.unavailable',
      message: 'The usage spool cannot be written: ENOENT.',
    });
    expect(ledger.state()).toMatchObject({ healthy: false, error: 'ENOENT' });
    renameSync(join(dataDir, 'elsewhere'), join(dataDir, 'spool'));
    await ledger.settle(settled('req_3'));
    expect(ledger.state().healthy).toBe(true);
    expect((await allRecords(ledger)).map(({ request_id }) => request_id)).toEqual(['req_3', 'req_1']);
  });

  test('a spool that nobody ships is bounded, and takes records again when it was shipped', async () => {
    const ledger = await open({ maximumSpoolBytes: 5000 });
    const results = [];
    for (let index = 0; index < 20; index++) results.push(await attempt(ledger.settle(settled(`req_${index}`))));
    expect(results.filter((result) => result === 'store.unavailable').length).toBeGreaterThan(5);
    const kept = results.filter((result) => result === 'written').length;
    expect(await allRecords(ledger)).toHaveLength(kept);
    await ledger.settle(settled('req_last'));
    expect(await allRecords(ledger)).toHaveLength(kept + 1);
  });

  test('a database locked beyond its time-out costs no record and no refusal', async () => {
    const ledger = await open({ clock: systemClock });
    await ledger.recovered;
    const intruder = new DatabaseSync(join(dataDir, 'weir.db'));
    intruder.exec('BEGIN IMMEDIATE');
    await Promise.all(Array.from({ length: 100 }, (_, index) => ledger.settle(settled(`req_${index}`))));
    const reading = allRecords(ledger);
    await expect.poll(() => ledger.state().healthy, { timeout: 15_000 }).toBe(false);
    expect(ledger.state()).toMatchObject({ unshipped: 100, error: 'The database is locked by another process.' });
    intruder.exec('COMMIT');
    intruder.close();
    expect(await reading).toHaveLength(100);
    expect(ledger.state()).toMatchObject({ unshipped: 0, healthy: true });
  }, 30_000);
});

async function attempt(writing: Promise<void>): Promise<string> {
  try {
    await writing;
    return 'written';
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}
