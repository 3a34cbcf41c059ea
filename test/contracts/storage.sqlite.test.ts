import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MIGRATIONS } from '../../server/src/storage/migrations/migrations.ts';
import { refuseOldVersion } from '../../server/src/storage/sqlite/open-database.ts';
import { openSqliteStorage } from '../../server/src/storage/sqlite/open-storage.ts';
import { storageContract } from './storage.contract.ts';
import { systemClock } from './system-clock.ts';

storageContract('SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'storage-'));
  return {
    open: () => openSqliteStorage({ file: join(directory, 'data', 'weir.db'), clock: systemClock }),
    remove: async () => rmSync(directory, { recursive: true }),
  };
});

describe('SQLite storage', () => {
  let directory: string;
  let file: string;
  const open = () => openSqliteStorage({ file, clock: systemClock });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'storage-'));
    file = join(directory, 'weir.db');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('applies each migration once, in order, and notes it', async () => {
    await (await open()).close();
    await (await open()).close();
    expect(appliedMigrations(file)).toEqual(MIGRATIONS.map(({ name }) => name));
  });

  test('migrates once when two openers meet an empty directory', async () => {
    const both = await Promise.all([open(), open()]);
    await Promise.all(both.map((storage) => storage.close()));
    expect(appliedMigrations(file)).toEqual(MIGRATIONS.map(({ name }) => name));
  });

  test('refuses a database made by a newer Weir, naming the migration', async () => {
    await (await open()).close();
    const database = new DatabaseSync(file);
    database.exec("insert into schema_migrations values ('9999-future', 1)");
    database.close();
    await expect(open()).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('9999-future'),
    });
  });

  test('writes through a write-ahead log', async () => {
    const storage = await open();
    expect(readFileSync(file).subarray(18, 20)).toEqual(Buffer.from([2, 2]));
    await storage.close();
  });

  test.each([
    ['a file that is no database', (path: string) => writeFileSync(path, 'x'.repeat(8192))],
    ['flipped bytes in the middle', flipBytes],
  ])('refuses %s and says how to restore', async (_, damage) => {
    await (await open()).close();
    damage(file);
    await expect(open()).rejects.toMatchObject({
      code: 'store.unavailable',
      retryable: false,
      message: expect.stringContaining('latest backup'),
    });
  });

  test('refuses an SQLite that loses writes, naming the version it needs', () => {
    expect(() => refuseOldVersion('3.51.2')).toThrow('needs SQLite 3.51.3 or newer');
    expect(() => refuseOldVersion('3.9.99')).toThrow('3.9.99');
    for (const version of ['3.51.3', '3.52.0', '4.0.0']) expect(() => refuseOldVersion(version)).not.toThrow();
  });
});

/** Overwrites the page headers after the first page, as a bad disk would. */
function flipBytes(path: string): void {
  const descriptor = openSync(path, 'r+');
  for (let page = 1; page < 8; page++) writeSync(descriptor, Buffer.alloc(64, 0xff), 0, 64, page * 4096);
}

function appliedMigrations(path: string): unknown[] {
  const database = new DatabaseSync(path);
  const rows = database.prepare('select name from schema_migrations order by rowid').all();
  database.close();
  return rows.map(({ name }) => name);
}
