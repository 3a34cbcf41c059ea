import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isBusy, toFailure } from './sqlite-error.ts';

/** Older versions can lose committed writes when two connections reset the write-ahead log at once. */
const MINIMUM_VERSION = '3.51.3';
const BUSY_TIMEOUT_MS = 5000;
const BUSY_PAUSE_MS = 5;
/** Up to this size the whole file is checked at open (a few milliseconds); beyond it the check would delay the start. */
const CHECKED_BYTES = 16 * 1024 * 1024;

/** Opens the file the way every Weir thread does. Throws SQLite's error, or one with a plain message. */
export function openDatabase(file: string): DatabaseSync {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  try {
    refuseOldVersion(versionOf(database));
    useWriteAheadLog(database);
    database.exec('PRAGMA synchronous = FULL');
    refuseDamage(database, size);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Where two threads open a new file at once, SQLite refuses one of them at once and does not wait: here it waits as for any lock. */
function useWriteAheadLog(database: DatabaseSync): void {
  const untilMono = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(toFailure(error)) || performance.now() > untilMono) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS);
    }
  }
}

export function refuseOldVersion(version: string): void {
  if (compareVersions(version, MINIMUM_VERSION) >= 0) return;
  throw new Error(
    `This Node.js brings SQLite ${version}, which can lose committed writes; Weir needs SQLite ${MINIMUM_VERSION} or newer. Use Node.js 24.15 or newer.`,
  );
}

function versionOf(database: DatabaseSync): string {
  return String(database.prepare('SELECT sqlite_version() AS version').get()?.version);
}

function refuseDamage(database: DatabaseSync, size: number): void {
  database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get();
  if (size === 0 || size > CHECKED_BYTES) return;
  const verdict = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (verdict !== 'ok') throw Object.assign(new Error(String(verdict).split('\n').join(' ')), { errcode: 11 });
}

function compareVersions(left: string, right: string): number {
  const others = right.split('.').map(Number);
  for (const [index, part] of left.split('.').map(Number).entries()) {
    const difference = part - (others[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
