import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { Storage } from '../../ports/storage.ts';
import { kyselyStorage } from '../repositories/kysely-storage.ts';
import { connectSqlite } from './connect.ts';
import { sqliteRunStatements } from './run-statements.ts';

export interface SqliteStorageOptions {
  /** Path of the database file; made with its folder when it is not there. */
  readonly file: string;
  readonly clock: Clock;
}

/** The embedded storage: SQLite in a worker thread, migrated when this resolves. */
export async function openSqliteStorage({ file, clock }: SqliteStorageOptions): Promise<Storage> {
  mkdirSync(dirname(file), { recursive: true });
  const { db, runBatch, close } = await connectSqlite({ file, nowMs: clock.now() });
  return kyselyStorage({ db, close, runs: sqliteRunStatements(db, runBatch) });
}
