import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import { type SpooledLedger, spooledLedger } from '../ledger.ts';
import { listSegments } from '../spool/segment-name.ts';
import type { Durability } from '../spool/spool.ts';
import { lockDirectory } from './directory-lock.ts';
import { sqliteLedgerBackend } from './ledger-backend.ts';

export interface SqliteLedgerOptions {
  /** Holds the lock and the folder `spool`; made when it is not there. One process at a time. */
  readonly dataDir: string;
  /** The database, shared with the storage. */
  readonly file: string;
  readonly durability: Durability;
  readonly clock: Clock;
  /** Random per process, lower-case letters and digits. */
  readonly processEpoch: string;
  /** Records are noted for an analytics sink; default false. */
  readonly outbox?: boolean;
  /** Default 16 MiB. */
  readonly segmentBytes?: number;
  /** Appends are refused while more than this waits for the database; default 1 GiB. */
  readonly maximumSpoolBytes?: number;
}

/** The embedded ledger: local spool, SQLite in a thread of its own. Refuses a data directory that a running server uses. */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<SpooledLedger> {
  const { dataDir, file, clock, processEpoch } = options;
  const directory = join(dataDir, 'spool');
  mkdirSync(directory, { recursive: true });
  mkdirSync(dirname(file), { recursive: true });
  const lock = lockDirectory(dataDir, clock.now());
  try {
    const firstSequence = (listSegments(directory).at(-1)?.sequence ?? 0) + 1;
    const backend = await sqliteLedgerBackend({
      file,
      directory,
      epoch: processEpoch,
      firstSequence,
      outbox: options.outbox ?? false,
      nowMs: clock.now(),
    });
    const ledger = spooledLedger({ ...options, backend, directory, firstSequence });
    return {
      ...ledger,
      async close() {
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
