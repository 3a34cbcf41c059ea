import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import { type SpooledLedger, spooledLedger } from '../ledger.ts';
import { listSegments } from '../spool/segment-name.ts';
import type { Durability } from '../spool/spool.ts';
import { postgresLedgerBackend } from './ledger-backend.ts';
import type { PostgresDatabase } from './open-database.ts';

export interface PostgresLedgerOptions {
  readonly database: PostgresDatabase;
  readonly url: string;
  /** Holds the folder `spool`; made when it is not there. */
  readonly dataDir: string;
  /** Makes this process the only writer of the data directory; throws when another one is. */
  readonly lock: () => { release(): void };
  readonly durability: Durability;
  readonly clock: Clock;
  /** Random per process, lower-case letters and digits; among the replicas already. */
  readonly processEpoch: string;
  /** Names the data directory. */
  readonly home: string;
  /** Records are noted for an analytics sink; default false. */
  readonly outbox?: boolean;
  /** Default 16 MiB. */
  readonly segmentBytes?: number;
  /** Appends are refused while more than this waits for the database; default 1 GiB. */
  readonly maximumSpoolBytes?: number;
  /** After so long without a sign of life a replica's open calls are settled by estimate; default 5 minutes. */
  readonly abandonedMs?: number;
}

/** Shorter than a statement's time-out: who reads while the database is away learns it soon. */
const READ_WAIT_MS = 4000;
const ABANDONED_MS = 5 * 60_000;
const LOOK_FOR_ABANDONED_MS = 30_000;

/** The ledger of one of several replicas: its own spool, one database. */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<SpooledLedger> {
  const { dataDir, clock, processEpoch, database, url, home, outbox = false } = options;
  const directory = join(dataDir, 'spool');
  mkdirSync(directory, { recursive: true });
  const lock = options.lock();
  try {
    const firstSequence = (listSegments(directory).at(-1)?.sequence ?? 0) + 1;
    const data = { directory, epoch: processEpoch, firstSequence, url, home, outbox };
    const backend = await postgresLedgerBackend({ db: database.db, data });
    const ledger = spooledLedger({
      ...options,
      backend,
      directory,
      firstSequence,
      readWaitMs: READ_WAIT_MS,
    });
    const stop = repeat(clock, () => backend.settleAbandoned(options.abandonedMs ?? ABANDONED_MS));
    return {
      ...ledger,
      async close() {
        stop();
        try {
          await ledger.close();
        } finally {
          lock.release();
        }
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Again and again, each time after the last is over; what fails is tried the next time. */
function repeat(clock: Clock, work: () => Promise<unknown>): () => void {
  let cancel = () => {};
  let isStopped = false;
  const arm = () => {
    if (isStopped) return;
    cancel = clock.after(LOOK_FOR_ABANDONED_MS, () => work().then(arm, arm));
  };
  arm();
  return () => {
    isStopped = true;
    cancel();
  };
}
