import type { Kysely } from 'kysely';
import type { LedgerBackend, Recovery, Shipped } from '../ledger/ledger-backend.ts';
import type { Schema } from '../schema.ts';
import { WorkerClient } from '../threads/worker-client.ts';
import type { ShipperData, ShipperRequest } from './shipper-worker.ts';

export interface PostgresLedgerBackend extends LedgerBackend {
  /** Settles by estimate what replicas left that have been silent for so long; gives the number of calls. */
  settleAbandoned(silentMs: number): Promise<number>;
}

/** The ledger's thread, which writes to PostgreSQL; reading needs none, because the driver does not block. */
export async function postgresLedgerBackend(of: {
  /** Migrated; stays open when the backend closes. */
  readonly db: Kysely<Schema>;
  readonly data: ShipperData;
}): Promise<PostgresLedgerBackend> {
  const worker = await WorkerClient.start({ entry: new URL('./shipper-worker', import.meta.url), data: of.data });
  const ask = (request: ShipperRequest) => worker.request(request);
  return {
    db: of.db,
    recover: () => ask({ kind: 'recover' }) as Promise<Recovery>,
    ship: (upTo) => ask({ kind: 'ship', upTo }) as Promise<Shipped>,
    settleAbandoned: (silentMs) => ask({ kind: 'settle-abandoned', silentMs }) as Promise<number>,
    close: () => worker.close(),
  };
}
