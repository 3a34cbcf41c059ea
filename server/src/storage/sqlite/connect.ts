import { Kysely } from 'kysely';
import { migrate } from '../migrations/migrate.ts';
import type { Schema } from '../schema.ts';
import { WorkerClient } from '../threads/worker-client.ts';
import type { SqlResult } from './statements.ts';
import { workerDialect } from './worker-dialect.ts';

export interface SqliteDatabase {
  readonly db: Kysely<Schema>;
  close(): Promise<void>;
}

/** The file in a thread of its own, migrated. */
export async function connectSqlite(of: { readonly file: string; readonly nowMs: number }): Promise<SqliteDatabase> {
  const worker = await WorkerClient.start({ entry: new URL('./worker', import.meta.url), data: { file: of.file } });
  const db = new Kysely<Schema>({ dialect: workerDialect((query) => worker.request(query) as Promise<SqlResult>) });
  try {
    await migrate(db, { nowMs: of.nowMs });
  } catch (error) {
    await worker.close();
    throw error;
  }
  return { db, close: () => worker.close() };
}
