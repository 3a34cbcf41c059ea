import { workerData } from 'node:worker_threads';
import { Shipper, type ShipperOptions } from '../ledger/shipper.ts';
import type { SpoolPosition } from '../spool/position.ts';
import { serveRequests } from '../threads/serve-requests.ts';
import { SqliteLedgerWriter } from './ledger-writer.ts';
import { openForThread } from './open-for-thread.ts';
import { onDatabase } from './sqlite-error.ts';
import { type SqlQuery, Statements } from './statements.ts';

/** What the ledger asks its thread for; `ship` only after `recover`. */
export type ShipperRequest =
  | { readonly kind: 'query'; readonly query: SqlQuery }
  | { readonly kind: 'recover' }
  | { readonly kind: 'ship'; readonly upTo: SpoolPosition };

const options = workerData as ShipperOptions & { readonly file: string; readonly outbox: boolean };
const { file } = options;

serveRequests(() => {
  const database = openForThread(file);
  const statements = new Statements(database);
  // Pages that every batch changes are then copied into the database once per 16 MiB instead of once per 4.
  database.exec('PRAGMA wal_autocheckpoint = 4000');
  let shipper: Shipper | undefined;
  // Made late, because the tables are there only when the main thread has migrated the database.
  const working = () => {
    shipper ??= new Shipper(
      onDatabase(file, () => new SqliteLedgerWriter(database, { epoch: options.epoch, file, outbox: options.outbox })),
      options,
    );
    return shipper;
  };
  return {
    handle(body) {
      const request = body as ShipperRequest;
      if (request.kind === 'query') return onDatabase(file, () => statements.run(request.query));
      return request.kind === 'recover' ? working().recover() : working().ship(request.upTo);
    },
    close() {
      shipper?.close();
      database.close();
    },
  };
});
