import { workerData } from 'node:worker_threads';
import pg from 'pg';
import { Shipper, type ShipperOptions } from '../ledger/shipper.ts';
import type { SpoolPosition } from '../spool/position.ts';
import { serveRequests } from '../threads/serve-requests.ts';
import { type LedgerWriterOptions, PostgresLedgerWriter } from './ledger-writer.ts';
import { connectionSettings, surviveLoss } from './pool.ts';
import { toStoreError } from './postgres-error.ts';
import { transactOn } from './transact.ts';

/** What the ledger asks its thread for; `ship` only after `recover`. */
export type ShipperRequest =
  | { readonly kind: 'recover' }
  | { readonly kind: 'ship'; readonly upTo: SpoolPosition }
  | { readonly kind: 'settle-abandoned'; readonly silentMs: number };

export type ShipperData = ShipperOptions & LedgerWriterOptions & { readonly url: string };

/** Longer than any batch takes; a database that does not answer must not stop the shipping for ever. */
const STATEMENT_MS = 10_000;

const options = workerData as ShipperData;

serveRequests(() => {
  const pool = new pg.Pool({ ...connectionSettings(options.url), max: 1, query_timeout: STATEMENT_MS });
  surviveLoss(pool);
  const writer = new PostgresLedgerWriter(transactOn(pool), options);
  const shipper = new Shipper(writer, options);
  return {
    async handle(body) {
      const request = body as ShipperRequest;
      try {
        if (request.kind === 'settle-abandoned') return await writer.settleAbandoned(request.silentMs);
        return await (request.kind === 'recover' ? shipper.recover() : shipper.ship(request.upTo));
      } catch (error) {
        throw toStoreError(error);
      }
    },
    close() {
      shipper.close();
      return pool.end();
    },
  };
});
