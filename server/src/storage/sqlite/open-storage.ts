import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import type { Clock } from '../../ports/clock.ts';
import type { Storage } from '../../ports/storage.ts';
import { migrate } from '../migrations/migrate.ts';
import { kyselyStorage } from '../repositories/kysely-storage.ts';
import type { Schema } from '../schema.ts';
import { WorkerClient } from '../threads/worker-client.ts';
import type { SqlResult } from './statements.ts';
import { workerDialect } from './worker-dialect.ts';

export interface SqliteStorageOptions {
  /** Path of the database file; made with its folder when it is not there. */
  readonly file: string;
  readonly clock: Clock;
}

/** The embedded storage: SQLite in a worker thread, migrated when this resolves. */
export async function openSqliteStorage({ file, clock }: SqliteStorageOptions): Promise<Storage> {
  mkdirSync(dirname(file), { recursive: true });
  const worker = await WorkerClient.start({ entry: new URL('./worker', import.meta.url), data: { file } });
  const db = new Kysely<Schema>({ dialect: workerDialect((query) => worker.request(query) as Promise<SqlResult>) });
  try {
    await migrate(db, { nowMs: clock.now() });
  } catch (error) {
    await worker.close();
    throw error;
  }
  return kyselyStorage({ db, close: () => worker.close() });
}
