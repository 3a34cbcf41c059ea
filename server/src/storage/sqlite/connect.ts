import { Kysely } from 'kysely';
import { migrate } from '../migrations/migrate.ts';
import type { Schema } from '../schema.ts';
import { WorkerClient } from '../threads/worker-client.ts';
import { groupCommit } from './group-commit.ts';
import type { BatchAnswer, SqlBatch, SqlResult } from './statements.ts';
import { Turns, workerDialect } from './worker-dialect.ts';

export interface SqliteDatabase {
  readonly db: Kysely<Schema>;
  /** Runs a transaction in one message to the thread, together with those that wait besides. */
  readonly runBatch: (batch: SqlBatch) => Promise<SqlResult>;
  close(): Promise<void>;
}

/** The file in a thread of its own, migrated. */
export async function connectSqlite(of: { readonly file: string; readonly nowMs: number }): Promise<SqliteDatabase> {
  const worker = await WorkerClient.start({ entry: new URL('./worker', import.meta.url), data: { file: of.file } });
  const turns = new Turns();
  const run = (body: object) => worker.request(body) as Promise<SqlResult>;
  const db = new Kysely<Schema>({ dialect: workerDialect(run, turns) });
  const runBatch = groupCommit({
    turns,
    run: (batches) => worker.request({ batches }) as Promise<readonly BatchAnswer[]>,
  });
  try {
    await migrate(db, { nowMs: of.nowMs });
  } catch (error) {
    await worker.close();
    throw error;
  }
  return { db, runBatch, close: () => worker.close() };
}
