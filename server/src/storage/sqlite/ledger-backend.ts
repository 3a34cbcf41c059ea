import { Kysely } from 'kysely';
import type { LedgerBackend, Recovery, Shipped } from '../ledger/ledger-backend.ts';
import type { ShipperOptions } from '../ledger/shipper.ts';
import { migrate } from '../migrations/migrate.ts';
import type { Schema } from '../schema.ts';
import { WorkerClient } from '../threads/worker-client.ts';
import type { ShipperRequest } from './shipper-worker.ts';
import type { SqlResult } from './statements.ts';
import { workerDialect } from './worker-dialect.ts';

export interface SqliteLedgerOptions extends ShipperOptions {
  readonly file: string;
  readonly outbox: boolean;
  readonly nowMs: number;
}

/** The ledger's thread on SQLite, with the database migrated. */
export async function sqliteLedgerBackend({ file, nowMs, ...data }: SqliteLedgerOptions): Promise<LedgerBackend> {
  const worker = await WorkerClient.start({
    entry: new URL('./shipper-worker', import.meta.url),
    data: { file, ...data },
  });
  const ask = (request: ShipperRequest) => worker.request(request);
  const db = new Kysely<Schema>({
    dialect: workerDialect((query) => ask({ kind: 'query', query }) as Promise<SqlResult>),
  });
  try {
    await migrate(db, { nowMs });
  } catch (error) {
    await worker.close();
    throw error;
  }
  return {
    db,
    recover: () => ask({ kind: 'recover' }) as Promise<Recovery>,
    ship: (upTo) => ask({ kind: 'ship', upTo }) as Promise<Shipped>,
    close: () => worker.close(),
  };
}
