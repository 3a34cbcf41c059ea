import { Kysely } from 'kysely';
import { migrate } from '../migrations/migrate.ts';
import type { Schema } from '../schema.ts';
import { WorkerClient } from '../threads/worker-client.ts';
import type { SqlBatch, SqlResult } from './statements.ts';
import { Turns, workerDialect } from './worker-dialect.ts';

export interface SqliteDatabase {
  readonly db: Kysely<Schema>;
  /** Runs a transaction in one message to the thread. */
  readonly runBatch: (batch: SqlBatch) => Promise<SqlResult>;
  close(): Promise<void>;
}

/** The file in a thread of its own, migrated. */
export async function connectSqlite(of: { readonly file: string; readonly nowMs: number }): Promise<SqliteDatabase> {
  const worker = await WorkerClient.start({ entry: new URL('./worker', import.meta.url), data: { file: of.file } });
  const turns = new Turns();
  const run = (body: object) => worker.request(body) as Promise<SqlResult>;
  const db = new Kysely<Schema>({ dialect: workerDialect(run, turns) });
  const runBatch = async (batch: SqlBatch) => {
    const release = await turns.take();
    try {
      return await run(batch);
    } finally {
      release();
    }
  };
  try {
    await migrate(db, { nowMs: of.nowMs });
  } catch (error) {
    await worker.close();
    throw error;
  }
  return { db, runBatch, close: () => worker.close() };
}
